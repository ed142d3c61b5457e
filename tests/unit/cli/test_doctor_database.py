"""The check-up of a database, on both kinds."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from pipeline.ingest.doctor.check import Health, worst
from pipeline.ingest.doctor.database import check_database
from pipeline.store import schema
from pipeline.store.database import Database

URL = "postgresql://somewhere/blog"


def test_a_database_that_is_well_passes_every_check(database: Database) -> None:
    checks = check_database(database, URL, now=datetime.now(UTC))
    assert worst(checks) is Health.OK, checks
    assert {"database", "migrations", "clock", "commit"} <= {check.name for check in checks}


def test_a_version_nobody_knows_ends_the_check_up(database: Database) -> None:
    with database.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        checks = check_database(database, URL, now=datetime.now(UTC))
    finally:
        with database.write() as db:
            db.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": schema.HEAD})
    assert checks[-1].name in {"migrations", "journal"}
    assert worst(checks) is Health.FAIL


def test_a_clock_that_was_set_back_is_noticed(database: Database) -> None:
    with database.write() as db:
        db.execute(
            text(
                "INSERT INTO event (id, source, external_id, type, data, digest)"
                " VALUES (4503599627370496000, 's', 'x', 't', '{}', :digest)"
            ),
            {"digest": bytes(32)},
        )
    now = datetime.now(UTC) - (timedelta(hours=1) if not database.is_sqlite else timedelta())
    clock = next(c for c in check_database(database, URL, now=now) if c.name == "clock")
    assert clock.health is Health.WARN
    assert "ahead of" in clock.detail
