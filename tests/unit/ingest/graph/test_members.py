"""Files of ZIPs and folders: bounded, and never where they should not be."""

import io
import stat
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Rejected
from pipeline.ingest.graph.members import opened
from tests.support.archives import unpacked, zipped
from tests.support.examples import SHARED

NAME = "data/account.js"


def read(path: Path, name: str = NAME) -> bytes:
    with opened(path) as members:
        return members.read(name)


def refuses(path: Path, said: str, name: str = NAME) -> None:
    with pytest.raises(Rejected, match=said) as caught:
        read(path, name)
    assert str(path) in caught.value.reason


def entry(path: Path, name: str, body: bytes = b"x", **attributes: int) -> Path:
    """A ZIP with one entry, its name as it stands."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    for key, value in attributes.items():
        setattr(info, key, value)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, body, compress_type=zipfile.ZIP_DEFLATED)
    return path


def patched(path: Path, marker: bytes, offset: int, value: bytes) -> Path:
    """A ZIP with some bytes of its last record of a kind changed."""
    body = bytearray(path.read_bytes())
    at = body.rindex(marker) + offset
    body[at : at + len(value)] = value
    path.write_bytes(bytes(body))
    return path


def test_a_zip_and_a_folder_hold_the_same(tmp_path: Path) -> None:
    files = {NAME: b"window", "data/deep/er/x.js": b"1", "README.txt": b"2"}
    packed = zipped(tmp_path / "a.zip", files)
    folder = unpacked(tmp_path / "a", files)
    assert read(packed) == read(folder) == b"window"
    with opened(packed) as members:
        assert members.names == frozenset(files)
        assert members.modified_at(NAME) == datetime(2026, 4, 30, 9, tzinfo=UTC)
    with opened(folder) as members:
        assert members.names == {NAME}
        assert members.modified_at(NAME) is not None


def test_what_is_no_archive_says_what_to_do(tmp_path: Path) -> None:
    refuses(tmp_path / "none.zip", "there is no")
    (tmp_path / "a.txt").write_text("Hello")
    refuses(tmp_path / "a.txt", "no ZIP file: give the archive as X sent it")
    (tmp_path / "empty").touch()
    refuses(tmp_path / "empty", "no ZIP file")


def test_a_zip_that_is_cut_short_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {NAME: b"x" * 5000})
    whole = path.read_bytes()
    for kept in (10, len(whole) // 2, len(whole) - 5):
        path.write_bytes(whole[:kept])
        refuses(path, "cut short: download")


@pytest.mark.parametrize(
    "name",
    ["../account.js", "data/../../x.js", "/etc/passwd", "data\\account.js", "C:/x.js", "a\0b.js"],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = entry(tmp_path / "a.zip", "n" * len(name))
    body = path.read_bytes().replace(b"n" * len(name), name.encode())
    path.write_bytes(body)
    refuses(path, "which X's never have")


def test_a_link_is_refused(tmp_path: Path) -> None:
    mode = (stat.S_IFLNK | 0o777) << 16
    refuses(entry(tmp_path / "a.zip", NAME, b"/etc/passwd", external_attr=mode), "a link")


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(NAME, "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(NAME, "2")
    refuses(tmp_path / "a.zip", "twice")


def test_a_password_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {NAME: b"x"})
    refuses(patched(path, b"PK\x01\x02", 8, b"\x01"), "needs a password")


def test_a_packing_that_x_does_not_use_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(NAME, "x")
    refuses(tmp_path / "a.zip", "packed in a way X does not use")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {NAME: b"\0" * 2_000_000})
    refuses(path, "times its size")


def test_a_size_that_is_not_true_is_noticed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {NAME: bytes(range(256)) * 20})
    refuses(patched(path, b"PK\x01\x02", 24, struct.pack("<L", 100)), "broken or cut short")
    refuses(patched(path, b"PK\x01\x02", 24, struct.pack("<L", 400_000_000)), "refused")


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {NAME: bytes(range(256)) * 20})
    body = bytearray(path.read_bytes())
    body[60] ^= 0xFF
    path.write_bytes(bytes(body))
    refuses(path, "broken or cut short")


def test_a_directory_without_measure_is_not_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {NAME: b"x"})
    refuses(patched(path, b"PK\x05\x06", 12, struct.pack("<L", 1 << 31)), "its directory has")


def test_a_zip_of_the_large_kind_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip"
    # As the library writes from 65,536 entries on.
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(NAME, "w", force_zip64=True) as file,
    ):
        file.write(b"window")
    assert b"PK\x06\x06" in path.read_bytes()
    assert read(path) == b"window"
    refuses(patched(path, b"PK\x06\x06", 40, b"\xff" * 7), "its directory has")


def test_a_folder_s_links_out_of_it_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.js").write_text("x")
    folder = unpacked(tmp_path / "a", {"data/x.js": b"1"})
    (folder / NAME).symlink_to(tmp_path / "secret.js")
    refuses(folder, "leads out of the folder")


@settings(SHARED, max_examples=60)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_damage_anywhere_is_refused_or_harmless(tmp_path: Path, at: int, value: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, b"window" * 9)
        archive.writestr("data/x.js", b"1")
    body = bytearray(buffer.getvalue())
    body[at : at + len(value)] = value
    (tmp_path / "a.zip").write_bytes(bytes(body))
    try:
        with opened(tmp_path / "a.zip") as members:
            for name in members.names:
                members.read(name)
                members.modified_at(name)
    except Rejected:
        return
