"""The database: reachable, migrated, writable, on time."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from pipeline.ingest.doctor.check import Check, fail, ok, warn
from pipeline.store import health, overview, schema
from pipeline.store.database import Database

SKEW = timedelta(seconds=2)
"""More than that between two clocks, and leases and ids begin to disagree."""


def check_database(database: Database, url: str, *, now: datetime) -> list[Check]:
    """Every check of the database itself; the later ones only where the earlier ones passed."""
    try:
        with database.read() as db:
            found = schema.current(db)
            checks = [ok("database", shown(url)), check_version(found)]
            checks += [_journal(db)] if database.is_sqlite else []
            if found == schema.HEAD:
                checks.append(_clock(db, now, is_sqlite=database.is_sqlite))
    except SQLAlchemyError as error:
        return [fail("database", f"{shown(url)}: {_reason(error)}", _advice(database))]
    return [*checks, _writable(database)] if found == schema.HEAD else checks


def shown(url: str) -> str:
    """A database's URL without user, password and options."""
    parts = urlsplit(url)
    if url.startswith("sqlite"):
        return url.removeprefix("sqlite:///")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def check_version(found: str | None) -> Check:
    """Whether the migrations are at head."""
    if found == schema.HEAD:
        return ok("migrations", f"version {found}")
    if found is None:
        return warn("migrations", "the database is empty", "`afterword up` or `migrate` fills it")
    return fail(
        "migrations",
        f"version {found}, but this Afterword works with {schema.HEAD}",
        "run `afterword migrate`; if that knows no such version, the database is from a newer one",
    )


def check_clock(found: datetime, *, now: datetime, whose: str) -> Check:
    """Whether another clock agrees with ours."""
    if abs(found - now) <= SKEW:
        return ok("clock", f"agrees with {whose}")
    gap = (found - now).total_seconds()
    side = "ahead of" if gap > 0 else "behind"
    return warn(
        "clock",
        f"{whose} is {abs(gap):.0f} s {side} this machine's clock",
        "set both clocks by NTP (timedatectl set-ntp true)",
    )


def _clock(db: Connection, now: datetime, *, is_sqlite: bool) -> Check:
    if not is_sqlite:
        return check_clock(health.server_time(db), now=now, whose="the database server")
    # One machine, one clock; but it may have been set back since.
    newest = health.newest_event(db)
    if newest is None or newest <= now:
        return ok("clock", "no event is from the future")
    return check_clock(newest, now=now, whose="the newest event's time")


def _journal(db: Connection) -> Check:
    mode = health.journal_mode(db)
    if mode == "wal":
        return ok("journal", "WAL")
    return fail(
        "journal",
        f"SQLite keeps its journal as {mode!r}, not in WAL mode",
        "put the database on a local disk: network file systems have no shared memory",
    )


def _writable(database: Database) -> Check:
    try:
        with database.write() as db:
            overview.is_writable(db)
    except SQLAlchemyError as error:
        return fail("commit", _reason(error), _advice(database))
    return ok("commit", "can write")


def _advice(database: Database) -> str:
    if database.is_sqlite:
        return "see that this user may write the file and its folder, and that the disk has room"
    return "see that the server runs and that AFTERWORD_DATABASE_URL names it, with its password"


def _reason(error: SQLAlchemyError) -> str:
    return " ".join(str(getattr(error, "orig", None) or error).split())
