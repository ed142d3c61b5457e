"""Lines of jobs: who is next, and having all of them wait in one statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, insert, text

from pipeline.domain.graph.kinds import Mode, Priority
from pipeline.store.database import Database
from pipeline.store.graph import lines
from pipeline.store.graph.jobs import Line
from pipeline.store.graph_tables import sync_job
from tests.support.graph import LINE, START, job, put_jobs

MINUTE = timedelta(minutes=1)


def test_those_due_come_by_priority_and_then_by_what_they_had(database: Database) -> None:
    rows = [
        job(1, served=3.0),
        job(2, served=1.0),
        job(3, mode=Mode.PROBE, priority=Priority.PROBE, served=9.0),
        job(4, not_before=START + MINUTE),
        job(5, out_until=START + MINUTE),
        job(6, endpoint="following"),
    ]
    with database.write() as db:
        put_jobs(db, rows)
        due = lines.due(db, LINE, now=START, limit=10)
        assert [each.id for each in due] == [rows[2].id, rows[1].id, rows[0].id]
        assert len(lines.due(db, LINE, now=START, limit=2)) == 2
        assert lines.count_out(db, LINE) == 1
        assert set(lines.lines(db)) == {LINE, Line(LINE.credential, "following")}
        assert lines.least_served(db, LINE) == 0.0


def test_who_was_sent_out_is_not_due_and_is_lost_when_nobody_answers(database: Database) -> None:
    first = job(1)
    with database.write() as db:
        put_jobs(db, [first])
        lines.send_out(db, [first.id], until=START + MINUTE)
        assert lines.due(db, LINE, now=START, limit=10) == []
        assert lines.lost(db, now=START, limit=10) == []
        assert [row.id for row in lines.lost(db, now=START + MINUTE, limit=10)] == [first.id]


def test_the_next_moment_is_that_of_whoever_waits_least(database: Database) -> None:
    rows = [job(n, not_before=START + n * MINUTE) for n in range(4)]
    with database.write() as db:
        put_jobs(db, rows)
        assert lines.next_at(db, LINE, after=START) == START + MINUTE
        assert lines.next_at(db, LINE, after=START + 3 * MINUTE) is None


def test_all_who_are_due_are_spread_over_the_moments_by_rank(database: Database) -> None:
    moments = [START + n * MINUTE for n in (5, 7, 9)]
    with database.write() as db:
        put_jobs(db, [job(n, served=float(n)) for n in range(7)])
        put_jobs(db, [job(20, not_before=START + MINUTE)])
        count = lines.park_due(db, LINE, now=START, moments=moments, reason="used up")
        assert count == 7
        rows = db.execute(sync_job.select().order_by(sync_job.c.served, sync_job.c.id)).all()
    places = [row.not_before for row in rows if row.owner != 20]
    assert places == [moments[n % 3] for n in range(7)]
    assert {row.reason for row in rows} == {"used up", None}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("waited", [0, 1])
def test_ten_thousand_are_parked_and_looked_through_by_few_statements_that_join_nothing(
    database: Database, waited: int
) -> None:
    """So none reads any row more than once, however many the database thinks there are."""
    _count_rows(database, waited)
    rows = [job(n)._asdict() for n in range(10_000)]
    with database.write() as db:
        db.execute(insert(sync_job), rows)
    moments = [START + n * MINUTE for n in range(1, 31)]
    with database.write() as db:
        with _statements(db) as made:
            assert len(lines.due(db, LINE, now=START, limit=8)) == 8
            assert lines.park_due(db, LINE, now=START, moments=moments, reason="r") == 10_000
            assert lines.next_at(db, LINE, after=START) == moments[0]
        assert len(made) <= 1 + 1 + len(moments) + 1
        assert {tuple(_reads(db, *each)) for each in made} == {("sync_job",)}


def _count_rows(database: Database, number: int) -> None:
    """Have the database plan as if these were all it has, and one of them due."""
    with database.write() as db:
        put_jobs(db, [job(n, not_before=START + n * MINUTE) for n in range(number)])
    with database.write() as db:
        db.execute(text("ANALYZE sync_job"))
    with database.write() as db:
        db.execute(delete(sync_job))


@contextmanager
def _statements(db: Connection) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database until the block ends, each with its parameters."""
    made: list[tuple[str, Any]] = []

    def note(_db: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        made.append((statement, parameters))

    event.listen(db, "before_cursor_execute", note)
    yield made
    event.remove(db, "before_cursor_execute", note)


def _reads(db: Connection, statement: str, parameters: Any) -> list[str]:
    """The tables that the plan of a statement reads, each as often as it is read."""
    if db.dialect.name == "sqlite":
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row.detail.split() for row in plan]
        return [step[1] for step in steps if step[0] in {"SCAN", "SEARCH"}]
    (found,) = db.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    return list(_relations(found["Plan"]))


def _relations(node: dict[str, Any]) -> Iterator[str]:
    # What a statement changes has its name at the top again; what it reads is a scan.
    if "Scan" in node["Node Type"] and node["Node Type"] != "Bitmap Index Scan":
        yield node.get("Relation Name", node["Node Type"])
    for part in node.get("Plans", ()):
        yield from _relations(part)
