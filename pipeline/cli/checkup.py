"""The check-up, put together: every check, in the order in which one would mend things."""

from collections.abc import Sequence
from typing import Annotated

import typer

from pipeline.bootstrap import Container, build
from pipeline.cli.output import as_json, say
from pipeline.cli.probes import check_flower, check_index, check_redis_binary, check_web
from pipeline.cli.session import broker_url
from pipeline.config import load_settings
from pipeline.errors import AfterwordError
from pipeline.ingest.doctor.broker import check_redis
from pipeline.ingest.doctor.check import Check, Health, fail, worst
from pipeline.ingest.doctor.database import check_database
from pipeline.ingest.doctor.host import check_disk, check_settings_file
from pipeline.ingest.doctor.networks import check_networks
from pipeline.ingest.doctor.sources import check_sources
from pipeline.ingest.doctor.work import check_work
from pipeline.settings import Settings
from pipeline.store import schema
from pipeline.webhooks.signatures import check_secret

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_SIGNS = {Health.OK: "ok  ", Health.WARN: "warn", Health.FAIL: "FAIL"}
_COLOURS = {Health.OK: "green", Health.WARN: "yellow", Health.FAIL: "red"}


@app.command()
def doctor(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check settings, servers, database and disk; say what to do.

    Exit code 1 if anything fails; a warning is none.

    \b
    Example:
      afterword doctor
    """
    checks = examine()
    if json:
        as_json([check._asdict() for check in checks])
    else:
        _show(checks)
    raise typer.Exit(int(worst(checks) is Health.FAIL))


def examine() -> list[Check]:
    """Every check that the ones before it leave possible."""
    try:
        settings = load_settings()
        container = build(settings)
    except AfterwordError as error:
        return [fail("settings", str(error), "mend that first: nothing starts without it")]
    try:
        return [*_settings(container), *_servers(settings), *_database(container)]
    finally:
        container.close()


def _settings(container: Container) -> list[Check]:
    settings = container.settings
    return [
        check_settings_file(settings.config),
        *check_sources(settings, check_secret, now=container.clock()),
        check_disk(settings.home),
    ]


def _servers(settings: Settings) -> list[Check]:
    embedded = settings.redis_url is None
    return [
        *([check_redis_binary()] if embedded else []),
        *check_redis(broker_url(settings), embedded=embedded),
        check_web(settings),
        check_flower(settings),
    ]


def _database(container: Container) -> list[Check]:
    now = container.clock()
    checks = check_database(container.database, container.settings.database, now=now)
    if worst(checks) is Health.FAIL:
        return checks
    with container.database.read() as db:
        if schema.current(db) == schema.HEAD:
            checks += [*check_work(db, now=now), *check_networks(db, now=now)]
            checks.append(check_index(container))
    return checks


def _show(checks: Sequence[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        sign = typer.style(_SIGNS[check.health], fg=_COLOURS[check.health])
        say(f"{sign}  {check.name.ljust(width)}  {check.detail}")
        if check.advice:
            say(f"      {' ' * width}  → {check.advice}")
