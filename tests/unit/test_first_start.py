"""The first afterword.toml, and the secrets Afterword makes for itself."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.domain.schemes import Scheme
from pipeline.errors import StartError
from pipeline.keys import admin_password, instance_key, password_is_new
from pipeline.settings import Settings
from pipeline.starter import new_secret, write_starter
from pipeline.webhooks.signatures import check_secret


def settings_of(home: Path, **variables: str) -> Settings:
    named = {f"AFTERWORD_{name}": value for name, value in variables.items()}
    return load_settings({"AFTERWORD_HOME": str(home)} | named)


def test_the_first_file_loads_and_its_secret_signs(tmp_path: Path) -> None:
    path = tmp_path / "new" / "afterword.toml"
    write_starter(path, port=8123)
    settings = settings_of(path.parent)
    (secret,) = settings.sources["blog"].secrets
    assert isinstance(secret, str)
    assert check_secret(Scheme.STANDARD_WEBHOOKS, secret) is None
    assert settings.sources["form"].scheme is Scheme.FORM
    assert "http://127.0.0.1:8123" in settings.sites["blog"].allowed_origins
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_first_file_overwrites_none_and_needs_a_place(tmp_path: Path) -> None:
    path = tmp_path / "afterword.toml"
    path.write_text("# mine")
    with pytest.raises(FileExistsError):
        write_starter(path, port=8000)
    assert path.read_text() == "# mine"
    with pytest.raises(StartError, match="AFTERWORD_HOME"):
        write_starter(path / "below" / "afterword.toml", port=8000)


def test_each_secret_is_new() -> None:
    assert new_secret() != new_secret()


def test_a_key_that_is_set_is_used_and_none_is_kept(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, INSTANCE_KEY="k", ADMIN_PASSWORD="p")
    assert (instance_key(settings), admin_password(settings)) == (b"k", "p")
    assert not password_is_new(settings)
    assert not (tmp_path / "secrets").exists()


def test_a_password_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert password_is_new(settings)
    made = admin_password(settings)
    assert admin_password(settings) == made
    assert not password_is_new(settings)
    assert stat.S_IMODE((tmp_path / "secrets" / "admin_password").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


AT_ONCE = """
import os, sys
from pipeline.config import load_settings
from pipeline.keys import instance_key
settings = load_settings({"AFTERWORD_HOME": sys.argv[1]})
for _ in range(8):
    if os.fork() == 0:
        os.write(1, instance_key(settings) + b"\\n")
        os._exit(0)
for _ in range(8):
    os.wait()
"""


def test_processes_that_make_a_key_at_once_end_with_the_same(tmp_path: Path) -> None:
    # In a program of its own: a test process has threads, which do not survive a fork.
    argv = [sys.executable, "-c", AT_ONCE, str(tmp_path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - this interpreter
    keys = done.stdout.split()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["instance_key"]


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = settings_of(tmp_path / "file")
    with pytest.raises(StartError, match="AFTERWORD_HOME"):
        instance_key(settings)
