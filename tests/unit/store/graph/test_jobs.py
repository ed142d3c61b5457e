"""Sync jobs: one of a kind per list, and steps by compare-and-set."""

from datetime import timedelta

from pipeline.domain.graph.kinds import JobState, ListKey, Mode
from pipeline.store.database import Database
from pipeline.store.graph import jobs
from tests.support.graph import START, job, put_jobs


def test_a_list_has_one_open_job_of_a_mode(database: Database) -> None:
    first = job(1)
    with database.write() as db:
        assert jobs.add(db, first)
        assert not jobs.add(db, job(1))
        assert jobs.add(db, job(1, mode=Mode.PROBE))
        assert jobs.add(db, job(2))
        assert jobs.step(db, first._replace(state=JobState.DONE, finished_at=START))
        assert jobs.add(db, job(1))


def test_a_step_is_taken_once_and_ends_the_task_that_is_out(database: Database) -> None:
    first = job(1, out_until=START)
    with database.write() as db:
        put_jobs(db, [first])
        assert jobs.step(db, first._replace(page_no=1, cursor="A"))
        assert not jobs.step(db, first._replace(page_no=9, cursor="B"))
        found = jobs.get(db, first.id, lock=True)
    assert found == first._replace(page_no=1, cursor="A", version=1, out_until=None)


def test_a_job_that_waits_keeps_its_step(database: Database) -> None:
    first, later = job(1, out_until=START), START + timedelta(minutes=15)
    with database.write() as db:
        put_jobs(db, [first])
        assert jobs.park(db, first._replace(attempts=2), until=later, reason="used up")
        found = jobs.get(db, first.id)
    waiting = {"not_before": later, "reason": "used up", "attempts": 2, "out_until": None}
    assert found == first._replace(**waiting)


def test_what_ended_takes_no_further_step(database: Database) -> None:
    first = job(1)
    with database.write() as db:
        put_jobs(db, [first])
        jobs.step(db, first._replace(state=JobState.FAILED, finished_at=START, reason="why"))
        again = first._replace(version=1)
        assert not jobs.step(db, again)
        assert not jobs.park(db, again, until=START, reason="")
        assert not jobs.hasten(db, again, "{}", priority="a", now=START)
        assert [row.reason for row in jobs.failed_since(db, START, limit=5)] == ["why"]
        assert jobs.failed_since(db, START + timedelta(seconds=1), limit=5) == []


def test_a_list_that_is_no_longer_kept_leaves_no_open_job(database: Database) -> None:
    mine = [job(1), job(1, mode=Mode.PROBE)]
    with database.write() as db:
        put_jobs(db, [*mine, job(2)])
        key = ListKey(1, mine[0].key.direction)
        assert {row.id for row in jobs.drop_open(db, key)} == {row.id for row in mine}
        assert jobs.count_open(db) == 1


def test_old_ended_jobs_are_forgotten_and_open_ones_never(database: Database) -> None:
    with database.write() as db:
        put_jobs(db, [job(1), job(2)])
        jobs.step(db, job(3))
        ended = job(3, state=JobState.DONE, finished_at=START)
        put_jobs(db, [ended])
        assert jobs.prune(db, before=START) == 0
        assert jobs.prune(db, before=START + timedelta(seconds=1)) == 1
        assert jobs.count_open(db) == 2
