"""Each check of the check-up by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.ingest.doctor.broker import (
    check_eviction,
    check_persistence,
    check_redis,
    check_release,
    redis_py_url,
)
from pipeline.ingest.doctor.check import Health, fail, ok, warn, worst
from pipeline.ingest.doctor.database import check_clock, check_version, shown
from pipeline.ingest.doctor.host import (
    ENOUGH,
    TOO_LITTLE,
    check_disk,
    check_room,
    check_settings_file,
)
from pipeline.ingest.doctor.sources import check_sources
from pipeline.ingest.doctor.work import check_backlog
from pipeline.ingest.status import Standing
from pipeline.settings import SecretEntry, Settings, Source
from pipeline.store import schema
from pipeline.store.overview import Backlog
from pipeline.supervisor.redis_socket import socket_path, socket_url
from pipeline.webhooks.signatures import check_secret
from tests.support.world import SECRET

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_worst_check_decides() -> None:
    assert worst([ok("a", "")]) is Health.OK
    assert worst([ok("a", ""), warn("b", "", "")]) is Health.WARN
    assert worst([fail("c", "", ""), warn("b", "", "")]) is Health.FAIL


@pytest.mark.parametrize(
    ("version", "health"),
    [("8.2.3", "ok"), ("6.2.0", "ok"), ("7.2.4", "ok"), ("6.0.16", "fail"), ("5.0", "fail")],
)
def test_redis_must_be_of_a_version_that_celery_takes(version: str, health: str) -> None:
    assert check_release({"redis_version": version}).health == health


def test_a_redis_that_evicts_would_lose_messages() -> None:
    assert check_eviction({"maxmemory_policy": "noeviction"}).health is Health.OK
    bad = check_eviction({"maxmemory_policy": "allkeys-lru"})
    assert bad.health is Health.FAIL
    assert "allkeys-lru" in bad.detail


def test_a_redis_without_a_file_is_only_late() -> None:
    assert check_persistence({"aof_enabled": 1}).health is Health.OK
    assert check_persistence({"aof_enabled": 0}).health is Health.WARN


def test_the_embedded_redis_is_asked_at_its_socket(tmp_path: Path) -> None:
    assert redis_py_url(socket_url(tmp_path)) == f"unix://{socket_path(tmp_path)}?db=0"
    assert redis_py_url("redis://queue.example/1") == "redis://queue.example/1"


def test_a_redis_that_does_not_answer_fails_only_if_it_was_named(tmp_path: Path) -> None:
    url = socket_url(tmp_path)
    assert [check.health for check in check_redis(url, embedded=True)] == [Health.WARN]
    assert [check.health for check in check_redis(url, embedded=False)] == [Health.FAIL]
    assert check_redis("http://queue.example", embedded=False)[0].health is Health.FAIL


def test_a_databases_address_is_shown_without_its_password() -> None:
    url = "postgresql://ada:secret@db.example:5433/blog?sslmode=require"
    assert shown(url) == "postgresql://db.example:5433/blog"
    assert shown("sqlite:////srv/afterword.db") == "/srv/afterword.db"


def test_migrations_of_another_version_fail() -> None:
    assert check_version(schema.HEAD).health is Health.OK
    assert check_version(None).health is Health.WARN
    assert check_version("9999").health is Health.FAIL


@pytest.mark.parametrize(("seconds", "word"), [(30, "ahead of"), (-30, "behind")])
def test_a_clock_that_differs_is_a_warning_with_the_difference(seconds: int, word: str) -> None:
    found = check_clock(NOW + timedelta(seconds=seconds), now=NOW, whose="the database server")
    assert found.health is Health.WARN
    assert f"30 s {word}" in found.detail


def test_clocks_may_differ_by_the_way_between_them() -> None:
    assert check_clock(NOW + timedelta(seconds=1), now=NOW, whose="it").health is Health.OK


def test_a_full_disk_is_told_before_it_is_full(tmp_path: Path) -> None:
    assert check_room(ENOUGH, tmp_path).health is Health.OK
    assert check_room(ENOUGH - 1, tmp_path).health is Health.WARN
    assert check_room(TOO_LITTLE - 1, tmp_path).health is Health.FAIL
    assert check_disk(tmp_path / "missing").health is Health.FAIL


def test_settings_that_others_may_read_are_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "afterword.toml"
    assert "afterword init" in check_settings_file(path).advice
    path.write_text("")
    path.chmod(0o644)
    assert check_settings_file(path).health is Health.WARN
    path.chmod(0o640)
    assert check_settings_file(path).health is Health.OK


def sources(source: Source | None) -> list[Health]:
    named = {} if source is None else {"blog": source}
    settings = Settings(home=Path(), config=Path(), sources=named)
    return [check.health for check in check_sources(settings, check_secret, now=NOW)]


def test_a_source_must_have_a_secret_that_works_today() -> None:
    scheme = Scheme.STANDARD_WEBHOOKS
    past, future = NOW - timedelta(days=1), NOW + timedelta(days=1)
    assert sources(None) == [Health.WARN]
    assert sources(Source(scheme=Scheme.FORM)) == [Health.OK]
    assert sources(Source(scheme=scheme, secrets=(SECRET,))) == [Health.OK]
    assert sources(Source(scheme=scheme, secrets=(SecretEntry(SECRET, future),))) == [Health.OK]
    assert sources(Source(scheme=scheme, secrets=(SecretEntry(SECRET, past),))) == [Health.FAIL]
    assert sources(Source(scheme=scheme)) == [Health.FAIL]
    assert sources(Source(scheme=scheme, secrets=("not a key",))) == [Health.FAIL]


def backlog(*, parked: int = 0, unclaimed: int = 0, minutes: int = 1) -> Health:
    line = Backlog("h", "q", 1, parked, unclaimed, 0, NOW - timedelta(minutes=minutes))
    return check_backlog(Standing(NOW, (line,), {}, {})).health


def test_a_backlog_is_a_warning_where_nobody_works_it_off() -> None:
    assert backlog() is Health.OK
    assert backlog(minutes=11) is Health.WARN
    assert backlog(minutes=11, parked=1) is Health.OK
    assert backlog(unclaimed=1) is Health.WARN
