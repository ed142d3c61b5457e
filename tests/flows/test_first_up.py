"""The first `afterword up`, up to where it would start something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.errors import SettingsError
from pipeline.supervisor.up import up

PORT = "48123"


def type_up(home: Path, *options: str, port: str = PORT) -> subprocess.CompletedProcess[str]:
    """Type `afterword up` with two equal ports, which it refuses before it starts anything."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFTERWORD_")}  # noqa: TID251 - the child's environment
    ports = {"AFTERWORD_PORT": port, "AFTERWORD_FLOWER_PORT": port}
    return subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", "from pipeline.cli import main; main()", *options, "up"],
        env=kept | ports | {"AFTERWORD_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_first_afterword_toml_is_written(tmp_path: Path) -> None:
    done = type_up(tmp_path)
    assert done.returncode == 1
    assert f"are both {PORT}" in done.stderr
    written = (tmp_path / "afterword.toml").read_text()
    assert f"http://127.0.0.1:{PORT}" in written


def test_why_a_set_does_not_start_is_said_in_one_line(tmp_path: Path) -> None:
    (line,) = type_up(tmp_path).stderr.splitlines()
    assert line.startswith("afterword: AFTERWORD_PORT and AFTERWORD_FLOWER_PORT")


@pytest.mark.parametrize("options", [(), ("--debug",)])  # the straight way, and over the options
def test_a_set_does_not_start_on_wrong_settings(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = type_up(tmp_path, *options, port="many")
    assert done.returncode == (1 if options else 2)
    assert "AFTERWORD_PORT is 'many'" in done.stderr


def test_debug_shows_where_a_set_failed_to_start(tmp_path: Path) -> None:
    assert "Traceback (most recent call last)" in type_up(tmp_path, "--debug").stderr


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[moderation.signals]\nshoutin = 1\n", "the name of a signal"),
        ('[sources.x]\nscheme = "standard-webhooks"\nsecrets = ["whsec_x"]\n', "sources.x.secrets"),
    ],
)
def test_what_no_process_could_start_with_is_said_before_any_is_started(
    tmp_path: Path, toml: str, said: str
) -> None:
    home = tmp_path / "home"
    config = tmp_path / "afterword.toml"
    config.write_text(toml)
    settings = load_settings({"AFTERWORD_HOME": str(home), "AFTERWORD_CONFIG": str(config)})
    with pytest.raises(SettingsError, match=said):
        up(settings)
    assert not home.exists()
