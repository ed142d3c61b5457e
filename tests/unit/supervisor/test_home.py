"""The state folder."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StartError
from pipeline.supervisor.home import prepare_home

NOBODY = 65534


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Root may write anywhere: step down for this test."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    yield
    if is_root:
        os.seteuid(0)


def test_a_missing_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    prepare_home(home)
    prepare_home(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "run").stat().st_mode) == 0o700
    assert [path.name for path in home.iterdir()] == ["run"]


def test_a_home_that_exists_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    prepare_home(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize("below", ["", "state"])
def test_a_file_in_the_way_is_named(tmp_path: Path, below: str) -> None:
    file = tmp_path / "var"
    file.touch()
    with pytest.raises(StartError, match=f"AFTERWORD_HOME is {file / below}.*a file, not a folder"):
        prepare_home(file / below)


@pytest.mark.usefixtures("unprivileged")
def test_a_home_without_the_right_to_write_names_the_user() -> None:
    with pytest.raises(StartError, match=rf"user id {os.geteuid()} may not write there .*chown"):
        prepare_home(Path("/") / "afterword-test")


def test_a_home_where_nothing_can_be_made_says_why() -> None:
    with pytest.raises(StartError, match="AFTERWORD_HOME is /proc/afterword, but"):
        prepare_home(Path("/proc/afterword"))
