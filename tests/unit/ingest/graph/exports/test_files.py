"""Export files appear whole, and take no other file's place."""

import stat
from pathlib import Path

import pytest

from pipeline.errors import ExportError
from pipeline.ingest.graph.exports.files import fresh_file


def write(path: Path, text: bytes, *, force: bool = False) -> None:
    with fresh_file(path, force=force) as file:
        file.write(text)


def test_a_file_is_not_there_before_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "graph.csv"
    with fresh_file(path, force=False) as file:
        file.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "graph.csv"
    write(path, b"first")
    with pytest.raises(ExportError, match="--force"):
        write(path, b"second")
    assert path.read_bytes() == b"first"
    write(path, b"third", force=True)
    assert path.read_bytes() == b"third"


def test_a_file_that_comes_up_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "graph.csv"
    draft = fresh_file(path, force=False)
    draft.__enter__().write(b"ours")
    path.write_bytes(b"theirs")
    with pytest.raises(ExportError):
        draft.__exit__(None, None, None)
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), fresh_file(tmp_path / "graph.csv", force=True):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="can't be written"):
        write(tmp_path / "no" / "graph.csv", b"")
