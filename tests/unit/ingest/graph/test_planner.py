"""Handing out: no more than there is room for, fairly, and nothing waits in the broker."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, func, insert, select

from pipeline.domain import events
from pipeline.domain.events import PageDue
from pipeline.domain.graph.kinds import Mode, Priority
from pipeline.domain.ids import IdFactory
from pipeline.ingest.graph.planner import SLOTS, Planner
from pipeline.store import deliveries, log
from pipeline.store.database import Database
from pipeline.store.graph import jobs, lines
from pipeline.store.graph_tables import sync_job
from pipeline.store.log import Filter
from pipeline.store.tables import delivery
from tests.support.clock import FakeClock
from tests.support.graph import LINE, START, job, put_credential, put_jobs

CALM_FLOOR = 30


class Windows:
    """A window of which the test says how much is left."""

    def __init__(self) -> None:
        self.left = 300
        self.reset = START + timedelta(minutes=10)

    def free(self, _db: Connection, *, interactive: bool = False, **_window: str) -> int:
        return max(0, self.left - (0 if interactive else CALM_FLOOR))

    def opens_at(self, _db: Connection, _credential: str, _endpoint: str) -> datetime:
        return self.reset


@pytest.fixture
def windows() -> Windows:
    return Windows()


@pytest.fixture
def planner(windows: Windows, clock: FakeClock) -> Planner:
    clock.now = START
    ids = IdFactory(node=2, clock=clock)
    return Planner(windows, ids, clock=clock, chance=lambda: 0.5)


def sent(db: Connection) -> list[PageDue]:
    """What tasks were asked for, in order."""
    found = log.walk(db, Filter(type=events.GRAPH_PAGE_DUE))
    return [event.fact(PageDue) for event in found]


def alarms(db: Connection) -> list[datetime]:
    """When the planner is woken."""
    rows = db.execute(select(delivery.c.next_at).where(delivery.c.handler == "graph.wake"))
    return sorted(rows.scalars())


def test_as_many_go_out_as_there_are_slots_and_the_rest_stay(
    database: Database, planner: Planner
) -> None:
    with database.write() as db:
        put_credential(db)
        put_jobs(db, [job(n) for n in range(20)])
        assert planner.hand_out(db, LINE) == SLOTS
        assert planner.hand_out(db, LINE) == 0
        assert len(sent(db)) == lines.count_out(db, LINE) == SLOTS
        assert deliveries.in_flight(db, "graph", now=START) == 0
        assert deliveries.any_due(db, "graph", now=START)


def test_near_the_windows_end_steps_go_one_by_one(
    database: Database, planner: Planner, windows: Windows
) -> None:
    with database.write() as db:
        put_credential(db)
        put_jobs(db, [job(n, priority=Priority.INTERACTIVE) for n in range(9)])
        windows.left = 5
        assert planner.hand_out(db, LINE) == 1


def test_the_floor_is_left_to_those_whom_somebody_waits_for(
    database: Database, planner: Planner, windows: Windows
) -> None:
    windows.left = CALM_FLOOR
    with database.write() as db:
        put_credential(db)
        calm = [job(n) for n in range(5)]
        quick = job(9, mode=Mode.PROBE, priority=Priority.INTERACTIVE, served=99.0)
        put_jobs(db, [*calm, quick])
        assert planner.hand_out(db, LINE) == 1
        assert [fact.job for fact in sent(db)] == [str(quick.id)]


def test_a_used_up_window_parks_everybody_and_wakes_them_apart(
    database: Database, planner: Planner, windows: Windows, clock: FakeClock
) -> None:
    windows.left, windows.reset = 0, START + timedelta(minutes=10)
    with database.write() as db:
        put_credential(db)
        put_jobs(db, [job(n) for n in range(8)])
        assert planner.hand_out(db, LINE) == 0
        rows = db.execute(select(sync_job.c.not_before)).scalars().all()
        first, last = min(rows), max(rows)
        assert first > windows.reset
        assert last - first >= timedelta(seconds=10)
        assert last - windows.reset < timedelta(seconds=60)
        (alarm,) = alarms(db)
        assert timedelta(0) <= alarm - first <= timedelta(seconds=1)
    windows.left, clock.now = 300, alarm
    with database.write() as db:
        assert planner.hand_out(db, LINE) >= 1
        assert len(alarms(db)) == 2


def test_however_many_wait_there_is_one_alarm_a_second(
    database: Database, planner: Planner
) -> None:
    later = START + timedelta(minutes=5)
    with database.write() as db:
        put_credential(db)
        put_jobs(db, [job(n, not_before=later) for n in range(30)])
        for _ in range(5):
            assert planner.hand_out(db, LINE) == 0
        assert len(alarms(db)) == 1


def test_pages_are_shared_by_interest_and_nobody_starves(
    database: Database, planner: Planner, windows: Windows
) -> None:
    windows.left = 1 + CALM_FLOOR  # one at a time
    interests = {0: 1.0, 1: 1.0, 2: 4.0}
    turns: Counter[int] = Counter()
    with database.write() as db:
        put_credential(db)
        put_jobs(db, [job(n) for n in interests])
        for _ in range(60):
            planner.hand_out(db, LINE)
            (row,) = [r for r in jobs.open_jobs(db, limit=9) if r.out_until]
            turns[row.owner] += 1
            jobs.step(db, row._replace(served=row.served + 1 / interests[row.owner]))
    assert turns == {0: 10, 1: 10, 2: 40}


def test_a_new_job_begins_where_the_least_served_is(database: Database) -> None:
    with database.write() as db:
        put_jobs(db, [job(1, served=40.0), job(2, served=25.0)])
        assert lines.least_served(db, LINE) == 25.0


def test_a_broken_credential_asks_nothing_and_its_jobs_wait(
    database: Database, planner: Planner
) -> None:
    with database.write() as db:
        put_credential(db, broken="not enrolled")
        put_jobs(db, [job(n) for n in range(3)])
        assert planner.hand_out(db, LINE) == 0
        put_credential(db)
        assert planner.hand_out(db, LINE) == 3


def test_ten_thousand_parked_jobs_leave_at_most_the_slots_to_the_broker(
    database: Database, planner: Planner, clock: FakeClock, windows: Windows
) -> None:
    with database.write() as db:
        put_credential(db)
        rows = [
            job(n, not_before=START + timedelta(seconds=n % 40))._asdict() for n in range(10_000)
        ]
        db.execute(insert(sync_job), rows)
    clock.advance(seconds=60)
    for left in (300, 300, 0):
        windows.left = left
        with database.write() as db:
            planner.hand_out(db, LINE)
            due = select(func.count()).where(delivery.c.handler == "graph.fetch")
            assert db.execute(due).scalar_one() == SLOTS
