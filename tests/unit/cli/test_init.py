"""The first settings."""

import stat
from pathlib import Path

from pipeline.config import load_settings
from pipeline.webhooks.signatures import check_secret
from tests.unit.cli.blog import command, refuses


def test_init_writes_settings_that_load(tmp_path: Path) -> None:
    home = tmp_path / "home"
    result = command(home, "init")
    assert result.exit_code == 0
    settings = load_settings({"AFTERWORD_HOME": str(home)})
    assert settings.sources["blog"].site in settings.sites
    source = settings.sources["blog"]
    assert check_secret(source.scheme, str(source.secrets[0])) is None
    assert settings.sources["form"].scheme == "form"


def test_init_says_what_comes_next(tmp_path: Path) -> None:
    assert "afterword up" in command(tmp_path, "init").stdout


def test_only_the_owner_may_read_the_secret(tmp_path: Path) -> None:
    command(tmp_path, "init")
    assert stat.S_IMODE((tmp_path / "afterword.toml").stat().st_mode) == 0o600


def test_every_secret_is_another(tmp_path: Path) -> None:
    texts = set()
    for name in ("a", "b"):
        command(tmp_path / name, "init")
        texts.add((tmp_path / name / "afterword.toml").read_text())
    assert len(texts) == 2


def test_settings_that_are_there_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "afterword.toml"
    path.write_text("# mine")
    refuses(command(tmp_path, "init"), 1, str(path), "is there already")
    assert path.read_text() == "# mine"


def test_the_file_is_written_where_the_variable_says(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "blog.toml"
    assert command(tmp_path, "init", AFTERWORD_CONFIG=str(path)).exit_code == 0
    assert path.exists()


def test_the_page_for_trying_it_out_is_on_the_port_that_is_set(tmp_path: Path) -> None:
    command(tmp_path, "init", AFTERWORD_PORT="8010")
    settings = load_settings({"AFTERWORD_HOME": str(tmp_path)})
    assert "http://127.0.0.1:8010" in settings.sites["blog"].allowed_origins


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("")
    refuses(command(home, "init"), 1, str(home))
