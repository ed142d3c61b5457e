"""`afterword graph import-archive` at the terminal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.archives import MADE, archive, files_of, unpacked, zipped
from tests.unit.cli.blog import Blog, refuses

COMMAND = ("graph", "import-archive")


def test_an_archive_is_imported_and_summed_up(blog: Blog, tmp_path: Path) -> None:
    done = blog.type(*COMMAND, str(archive(tmp_path / "a.zip", ["1", "2"], ["2"])))
    assert done.exit_code == 0, done.output
    heading, followers, following = done.stdout.splitlines()
    assert heading.split()[:3] == ["account", "list", "as"]
    assert followers.split()[:2] == ["kim", "followers"]
    assert followers.split()[-5:] == ["2", "0", "0", "0", "0"]
    assert following.split()[-5:] == ["1", "0", "0", "0", "0"]


def test_two_archives_show_what_changed_whatever_their_order(blog: Blog, tmp_path: Path) -> None:
    old = archive(tmp_path / "old.zip", ["1", "2"], at=MADE - timedelta(days=365))
    new = archive(tmp_path / "new.zip", ["2", "3"])
    first, second = blog.json(*COMMAND, str(new), str(old))
    assert (first["file"], second["file"]) == (str(old), str(new))
    (followers,) = second["lists"]
    counts = {name: followers[name] for name in ("members", "new", "returned", "gone")}
    assert counts == {"members": 2, "new": 1, "returned": 0, "gone": 1}
    assert followers["since"] == "2025-05-01T10:00:00Z"
    assert second["account"] == {"id": "42", "handle": "kim"}


def test_an_archive_that_was_imported_says_so(blog: Blog, tmp_path: Path) -> None:
    path = str(archive(tmp_path / "a.zip", ["1"]))
    blog.type(*COMMAND, path)
    again = blog.type(*COMMAND, path)
    assert "was imported before; nothing was changed" in again.stderr
    assert blog.json(*COMMAND, path)[0]["lists"][0]["imported_before"]


def test_what_the_numbers_do_not_say_is_said(blog: Blog, tmp_path: Path) -> None:
    old = archive(tmp_path / "old.zip", ["1", "2"], at=MADE - timedelta(days=365))
    stranger = {"userLink": "https://twitter.com/ann"}
    odd = archive(tmp_path / "odd.zip", ["3", "3", stranger], partial=True)
    new = archive(tmp_path / "new.zip", ["3"], at=MADE + timedelta(days=1))
    done = blog.type(*COMMAND, str(old), str(odd), str(new))
    assert done.exit_code == 0, done.output
    for words in (
        "1 entry without an id (ann), so nobody counts as gone",
        "one of several parts",
        "there twice: 1 entry",
        "new and gone are since",
        "nobody asked X",
    ):
        assert words in done.stderr


def test_what_archives_alone_tell_of_is_not_read_from_x_but_says_how(
    blog: Blog, tmp_path: Path
) -> None:
    blog.type(*COMMAND, str(archive(tmp_path / "a.zip", ["1"])))
    asked = blog.type("graph", "sync", "42", "--yes", "--watch")
    refuses(asked, 1, "none of these lists can be read", "`afterword graph add` has it read from X")
    status = blog.type("graph", "status")
    assert "followers of @kim: known from archives only" in status.stderr
    assert blog.json("graph", "status")["open_jobs"] == 0


def test_a_folder_and_a_time_of_one_s_own_are_taken(blog: Blog, tmp_path: Path) -> None:
    root = unpacked(tmp_path / "a", files_of(["1"], at=None))
    (found,) = blog.json(*COMMAND, str(root), "--at", "2019-11-30T00:00:00Z")
    assert found["at"] == "2019-11-30T00:00:00Z"


def test_one_broken_archive_stops_all(blog: Blog, tmp_path: Path) -> None:
    good = archive(tmp_path / "good.zip", ["1"])
    (tmp_path / "cut.zip").write_bytes(good.read_bytes()[:-30])
    refuses(blog.type(*COMMAND, str(good), str(tmp_path / "cut.zip")), 1, "cut short", "download")
    assert not blog.json(*COMMAND, str(good))[0]["lists"][0]["imported_before"]


def test_the_wrong_file_is_told_from_an_archive(blog: Blog, tmp_path: Path) -> None:
    zipped(tmp_path / "photos.zip", {"holiday.jpg": b"x"})
    refuses(blog.type(*COMMAND, str(tmp_path / "photos.zip")), 1, "no X archive", "data/account.js")
    refuses(blog.type(*COMMAND, str(tmp_path / "none.zip")), 1, "there is no")
    later = archive(tmp_path / "later.zip", ["1"], at=datetime.now(UTC) + timedelta(days=2))
    refuses(blog.type(*COMMAND, str(later)), 1, "can't be", "--at")


def test_a_time_is_of_one_archive(blog: Blog, tmp_path: Path) -> None:
    paths = [str(archive(tmp_path / name, ["1"])) for name in ("a.zip", "b.zip")]
    refuses(blog.type(*COMMAND, *paths, "--at", "2019-11-30"), 2, "one by one")
    refuses(blog.type(*COMMAND, paths[0], "--at", "soon"), 2, "how long ago")
