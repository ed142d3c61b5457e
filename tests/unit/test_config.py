"""Settings are read from four places, checked whole, and never say a secret."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.errors import SettingsError
from pipeline.settings import SecretEntry, Settings
from pipeline.settings.patterns import rate_per_second
from pipeline.settings.sites import RESERVED_SOURCES

SECRET = "s3cr3t"
Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Settings of a HOME with this afterword.toml and these variables, without the prefix."""

    def run(toml: str = "", **variables: str) -> Settings:
        (tmp_path / "afterword.toml").write_text(toml, encoding="utf-8")
        named = {f"AFTERWORD_{name}": value for name, value in variables.items()}
        return load_settings({"AFTERWORD_HOME": str(tmp_path)} | named)

    return run


def test_a_variable_comes_before_a_file_before_the_toml_before_the_default(
    load: Load, tmp_path: Path
) -> None:
    kept = tmp_path / "port"
    kept.write_text(" 8002\n")
    toml = "port = 8003"
    assert load(toml, PORT="8001", PORT_FILE=str(kept)).port == 8001
    assert load(toml, PORT_FILE=str(kept)).port == 8002
    assert load(toml).port == 8003
    assert load().port == 8000


def test_a_file_that_holds_a_secret_is_read_without_its_line_end(
    load: Load, tmp_path: Path
) -> None:
    path = tmp_path / "password"
    path.write_text(f"{SECRET}\n")
    assert load(ADMIN_PASSWORD_FILE=str(path)).admin_password == SECRET


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(
    load: Load, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        SettingsError, match=r"^AFTERWORD_ADMIN_PASSWORD_FILE is .*password.* UTF-8"
    ):
        load(ADMIN_PASSWORD_FILE=str(path))


WRONG = [
    ("HOST", "", "127.0.0.1"),
    ("PORT", "", "a whole number"),
    ("PORT", "-1", "1 to 65535"),
    ("FLOWER_PORT", "65536", "1 to 65535"),
    ("FLOWER_MAX_TASKS", "many", "a whole number"),
    ("LEASE", "0", "a number > 0"),
    ("LEASE", "inf", "a number <= 86400"),
    ("LEASE", "nan", "a number > 0"),
    ("WINDOW", "0", "a whole number >= 1"),
    ("WORKER_CONCURRENCY", "65", "a whole number <= 64"),
    ("WORKER_POOL", "gevent", "threads, prefork"),
    ("BODY_LIMIT", "10", ">= 1024"),
    ("RETENTION_DAYS", "0", ">= 1"),
    ("RETENTION_DAYS", "999999999", "<= 36500"),
    ("LOG_FORMAT", "xml", "console, json"),
    ("LOG_LEVEL", "loud", "debug, info, warning, error"),
    ("ADDRESS_RATE", "0/s", '"none"'),
    ("COMMENT_RATE", "10/d", '"10/m"'),
    ("TRUSTED_PROXIES", "10.0.0.0/8, proxy", "10.0.0.0/8"),
    ("DATABASE_URL", "mysql://u:p@h/d", "postgresql://"),
    ("REDIS_URL", "http://queue", "redis://"),
    ("ELASTICSEARCH_URL", "search:9200", "http://"),
    ("CONFIG", "/nope", "exists"),
]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_wrong_variable_is_named_with_what_it_may_be(
    load: Load, name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{name: value})
    assert str(caught.value).startswith(f"AFTERWORD_{name} is ")
    assert expected in caught.value.expected


SITE = '[sites.blog]\nurl = "https://b.example"\n'
WRONG_LINES = [
    ('port = "x"', "afterword.toml: port", "'x'", "a whole number"),
    ("trusted_proxies = 5", "afterword.toml: trusted_proxies", "5", "a text or a list"),
    ('home = "x"', "afterword.toml: home", "'x'", "AFTERWORD_HOME"),
    ("sites = 5", "afterword.toml: sites", "…", "a table"),
    ("[sites.blog]", "afterword.toml: sites.blog", "…", "the field 'url'"),
    ('[sources.blog]\nscheme = "md5"', "sources.blog.scheme", "'md5'", "standard-webhooks"),
    ('[sources.x]\nscheme = "form"\nrate = "5"', "sources.x.rate", "'5'", '"50/s"'),
    ('[sources.x]\nscheme = "form"\ntolerance = -1', "sources.x.tolerance", "-1", ">= 0"),
    ('[sources.x]\nscheme = "form"\nsite = "y"', "sources.x.site", "'y'", "a site of this file"),
    ("[moderation]\npublish = 1", "moderation.publish", "…", "publish_below, reject_from"),
    ("[moderation]\npublish_below = 1.1", "moderation", "1.1", "0 <= publish_below"),
    ("[moderation]\nreject_from = 0.1", "moderation", "0.1", "publish_below <= reject_from"),
    ("[moderation]\npublish_below = nan", "moderation", "nan", "0 <= publish_below"),
    ('[moderation.signals]\nlinks = "of"', "moderation.signals.links", "'of'", 'number or "off"'),
    ("port = [", "afterword.toml", "not readable", "TOML"),
    (SITE + 'content = "hugo"', "sites.blog.content", "…", "a table"),
    (SITE + 'content = { path = "x" }', "sites.blog.content", "…", "the field 'kind'"),
    (SITE + 'content = { kind = "hgo" }', "content.kind", "'hgo'", "one of hugo, jekyll, eleventy"),
    (SITE + "content = { kind = 5 }", "content.kind", "5", "a text"),
    (SITE + 'content = { kind = "hugo" }', "sites.blog.content", "…", "the field 'path'"),
    (SITE + 'content = { kind = "hugo", pth = "x" }', "content.pth", "…", ": kind, path"),
    (SITE + 'content = { kind = "hugo", path = "" }', "content.path", "''", "length >= 1"),
    (SITE + 'content = { kind = "feed", url = "x" }', "content.url", "'x'", "https://blog.example"),
    (SITE + 'content = { kind = "ghost" }', "sites.blog.content", "…", "the field 'key'"),
]


@pytest.mark.parametrize(("toml", "where", "was", "expected"), WRONG_LINES)
def test_a_wrong_line_is_named_with_what_it_was_and_may_be(
    load: Load, toml: str, where: str, was: str, expected: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(toml)
    assert where in caught.value.name
    assert was in f"{caught.value.was!r}"
    assert expected in caught.value.expected


@pytest.mark.parametrize("name", sorted(RESERVED_SOURCES))
def test_no_source_may_bear_a_name_of_afterwords_own(load: Load, name: str) -> None:
    with pytest.raises(SettingsError, match=f"sources.{name} is .* another name"):
        load(f'[sources.{name}]\nscheme = "form"')


@pytest.mark.parametrize(
    "toml",
    [
        f'admin_pasword = "{SECRET}"',
        f'[source.blog]\nsecrets = ["{SECRET}"]',
        f'[sources.blog]\nscheme = "bearer"\nsecrets = "{SECRET}"',
        f'[sources.blog]\nscheme = "bearer"\nsecrts = ["{SECRET}"]',
        f'[sources.blog]\nscheme = "bearer"\nsecrets = [{{ secret = "{SECRET}", until = 1 }}]',
        f'[sources.blog]\nscheme = "bearer"\nsecrets = [{{ secret = "{SECRET}", not_after = "x" }}]',
        f'[sources]\nblog = "{SECRET}"',
        f'sources = ["{SECRET}"]',
        f'database_url = "mysql://u:{SECRET}@h/d"',
        f'redis_url = ["{SECRET}"]',
        SITE + f'content = {{ key = "{SECRET}", n = 5 }}',
        SITE + f'content = {{ kind = "ghost", kee = "{SECRET}" }}',
        SITE + f'content = {{ kind = "ghost", key = ["{SECRET}"] }}',
        SITE + f'content = "{SECRET}"',
    ],
)
def test_no_error_says_a_secret(load: Load, toml: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(toml)
    assert SECRET not in str(caught.value)


def test_rates_are_per_second() -> None:
    assert rate_per_second("50/s") == 50
    assert rate_per_second("6/m") == pytest.approx(0.1)
    assert rate_per_second("none") is None


def test_off_is_a_factor_of_nothing(load: Load) -> None:
    toml = '[moderation]\nsignals = { shouting = 0.5, flood = "off" }'
    assert load(toml).moderation.factors() == {"shouting": 0.5, "flood": 0}


def test_a_secret_may_run_out(load: Load) -> None:
    line = '{ secret = "a", not_after = 2027-01-31T00:00:00Z }'
    toml = f'[sources.x]\nscheme = "bearer"\nsecrets = [{line}]'
    (entry,) = load(toml).sources["x"].secrets
    assert isinstance(entry, SecretEntry)
    assert entry.not_after is not None
    assert entry.not_after.tzinfo is not None
