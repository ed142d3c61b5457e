"""docs/settings.md says what pipeline/settings does."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.config import load_settings
from pipeline.errors import SettingsError
from pipeline.settings import Graph, Moderation, Settings, Site, Source

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `AFTERWORD_(\w+)` \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
ROWS = {match[1].lower(): match for match in ROW.finditer(PAGE)}
TABLES = {"sites", "sources", "moderation", "graph"}
SHOWN, SAID = PAGE.split("## What a wrong value says")
TOML = SHOWN.split("```toml\n")[1].split("```")[0]
ERRORS = SAID.split("```\n")[1].splitlines()
WRONG: list[tuple[dict[str, str], str]] = [
    ({"AFTERWORD_PORT": "x"}, ""),
    ({"AFTERWORD_PORT": "70000"}, ""),
    ({"AFTERWORD_WORKER_POOL": "gevent"}, ""),
    ({"AFTERWORD_COMMENT_RATE": "10"}, ""),
    ({"AFTERWORD_DATABASE_URL": "mysql://u:p@h/d"}, ""),
    ({"AFTERWORD_ADMIN_PASSWORD_FILE": "/nope"}, ""),
    ({}, '[sites.blog]\nurl = "blog"'),
    ({}, '[sites.blog]\nurl = "https://b.example"\ncontent = { kind = "hgo" }'),
    ({}, '[sources.blog]\nscheme = "form"\nsecrts = []'),
    ({}, '[moderation.signals]\nshouting = "of"'),
    ({}, '[sources.blog]\nscheme = "form"\nsite = "log"'),
]


def test_every_setting_is_described_and_nothing_else() -> None:
    assert set(ROWS) == {field.name for field in msgspec.structs.fields(Settings)} - TABLES


@pytest.mark.parametrize(
    "field",
    [f for f in msgspec.structs.fields(Settings) if f.name not in {*TABLES, "home", "config"}],
    ids=lambda field: field.name,
)
def test_every_default_is_the_real_one(field: Any) -> None:
    said = ROWS[field.name][2]
    if field.default is None or field.default == ():
        assert said.startswith("none")
    else:
        assert (
            said
            == f"`{f'{field.default:g}' if isinstance(field.default, float) else field.default}`"
        )


EXAMPLES = {name: row[4].strip("`") for name, row in ROWS.items() if row[4]}


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"home", "config"}))
def test_every_example_is_taken(name: str, tmp_path: Path) -> None:
    environ = {"AFTERWORD_HOME": str(tmp_path), f"AFTERWORD_{name.upper()}": EXAMPLES[name]}
    assert getattr(load_settings(environ), name)


def test_the_file_shown_loads_and_holds_every_field(tmp_path: Path) -> None:
    (tmp_path / "afterword.toml").write_text(TOML, encoding="utf-8")
    settings = load_settings({"AFTERWORD_HOME": str(tmp_path)})
    shown = tomllib.loads(TOML)
    for struct, table in ((Site, "sites"), (Source, "sources")):
        assert set(shown[table]["blog"]) == {f.name for f in msgspec.structs.fields(struct)}
    assert set(shown["graph"]) == {f.name for f in msgspec.structs.fields(Graph)}
    assert set(shown["moderation"]) == {f.name for f in msgspec.structs.fields(Moderation)}
    assert settings.trusted_proxies == ("127.0.0.1",)


@pytest.mark.parametrize(("environ", "toml"), WRONG, ids=ERRORS)
def test_every_error_shown_is_said(environ: dict[str, str], toml: str, tmp_path: Path) -> None:
    (tmp_path / "afterword.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings({"AFTERWORD_HOME": str(tmp_path)} | environ)
    assert str(caught.value) in ERRORS


def test_no_error_is_shown_that_nobody_tried() -> None:
    assert len(ERRORS) == len(WRONG)
