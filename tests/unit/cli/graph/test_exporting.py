"""`afterword graph export` as the owner types it."""

from pathlib import Path

import pytest
from defusedxml import ElementTree

from tests.unit.cli.blog import Blog, refuses


def test_an_export_goes_to_stdout_and_says_how_much_it_was(blog: Blog) -> None:
    result = blog.type("graph", "export", "bob", "--direction", "following")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout_bytes.decode().splitlines()
    assert lines[0].startswith("src,src_handle,dst,dst_handle,from_lo")
    assert len(lines) == 3
    assert "2 edges written to stdout" in result.stderr


@pytest.mark.parametrize("name", ["a.gexf", "a.GraphML", "a.xml"])
def test_a_files_ending_says_its_format(blog: Blog, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    result = blog.type("graph", "export", "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    if name.endswith("xml"):
        assert path.read_bytes().startswith(b"src,")
    else:
        assert ElementTree.parse(path).getroot().tag.endswith(path.suffix[1:].lower())


def test_a_file_that_exists_is_kept_unless_forced(blog: Blog, tmp_path: Path) -> None:
    path = tmp_path / "edges.csv"
    path.write_text("mine")
    refuses(blog.type("graph", "export", "-o", str(path)), 1, "--force")
    assert path.read_text() == "mine"
    assert blog.type("graph", "export", "-o", str(path), "--force").exit_code == 0
    assert path.read_text().startswith("src,")


def test_an_unknown_account_leaves_no_file(blog: Blog, tmp_path: Path) -> None:
    path = tmp_path / "edges.csv"
    refuses(blog.type("graph", "export", "nobody", "-o", str(path)), 1, "nobody")
    assert not path.exists()


def test_a_moment_and_a_format_may_be_said(blog: Blog) -> None:
    asked = ("--format", "graphml", "--at", "2026-03-02T00:00:00Z", "--direction", "followers")
    result = blog.type("graph", "export", "ada", *asked)
    assert result.exit_code == 0, result.stderr
    root = ElementTree.fromstring(result.stdout_bytes)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(list(root.iter(f"{space}edge"))) == 3
