"""The command as a whole: its help, and how every failure ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.lazy import COMMANDS, load
from pipeline.errors import SettingsError, StartError
from pipeline.failures import code_of, sentence_of
from tests.unit.cli.blog import Blog, command, refuses

ROOT = Path(__file__).parents[3]


def test_help_names_every_command(tmp_path: Path) -> None:
    result = command(tmp_path, "--help")
    assert result.exit_code == 0
    assert all(f"\n  {name} " in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_the_first_line_of_each_commands_own_help(name: str) -> None:
    assert load(name).help.splitlines()[0] == COMMANDS[name].help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    found = load(name)
    for each in getattr(found, "commands", {name: found}).values():
        assert "Example" in each.help


def test_a_commands_help_is_shown(tmp_path: Path) -> None:
    result = command(tmp_path, "events", "send", "--help")
    assert result.exit_code == 0
    assert "\n    afterword events send archive.jsonl --source blog" in result.stdout


def test_help_waits_for_no_database_library_and_no_broker_library() -> None:
    script = "import sys; from pipeline.cli.root import app; print(sorted(sys.modules))"
    found = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    for heavy in ("sqlalchemy", "celery", "redis", "rich", "alembic"):
        assert f"'{heavy}'" not in found.stdout


def test_the_version_is_shown(tmp_path: Path) -> None:
    assert command(tmp_path, "--version").stdout.startswith("afterword ")


def test_a_mistyped_command_is_wrong_usage_and_gets_a_suggestion(tmp_path: Path) -> None:
    refuses(command(tmp_path, "evens"), 2, "No such command 'evens'", "events")


def test_settings_that_are_not_toml_end_in_one_line(blog: Blog) -> None:
    blog.settings("sites = [")
    result = blog.type("status")
    refuses(result, 2, "afterword.toml", "TOML")
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_variable_is_named(blog: Blog) -> None:
    refuses(blog.type("events", "list", AFTERWORD_PORT="0"), 2, "AFTERWORD_PORT", "1 to 65535")


def test_debug_raises_the_error_itself(blog: Blog) -> None:
    blog.settings("sites = [")
    assert isinstance(blog.type("--debug", "status").exception, SettingsError)


def test_a_database_that_is_not_migrated_is_said_to_be_so(tmp_path: Path) -> None:
    refuses(command(tmp_path, "events", "list"), 1, "empty", "afterword migrate")


def test_a_database_that_can_not_be_opened_points_to_the_doctor(tmp_path: Path) -> None:
    (tmp_path / "afterword.db").mkdir()
    refuses(command(tmp_path, "events", "list"), 1, "unable to open", "afterword doctor")


def test_a_file_that_is_no_database_ends_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "afterword.db").write_text("no database" * 100)
    result = command(tmp_path, "events", "list")
    refuses(result, 1, "not a database", "--debug")
    assert len(result.stderr.splitlines()) == 1


def test_an_error_of_several_lines_is_said_in_one() -> None:
    assert sentence_of(StartError("two\n  lines")) == "two lines"
    assert code_of(StartError("…")) == 1
