"""The database brought to head."""

from pathlib import Path

import msgspec

from pipeline.store.schema import HEAD
from tests.unit.cli.blog import Blog, command


def test_an_empty_database_is_brought_to_head(tmp_path: Path) -> None:
    result = command(tmp_path, "migrate", "--json")
    assert result.exit_code == 0
    assert msgspec.json.decode(result.stdout) == {"before": None, "after": HEAD}
    assert command(tmp_path, "events", "list", "--json").stdout == "[]\n"


def test_people_are_told_what_was_done(tmp_path: Path) -> None:
    assert f"from empty to version {HEAD}" in command(tmp_path, "migrate").stdout


def test_a_database_at_head_stays_as_it_is(blog: Blog) -> None:
    result = blog.type("migrate")
    assert result.exit_code == 0
    assert f"at version {HEAD} already" in result.stdout
