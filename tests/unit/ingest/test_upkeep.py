"""What beat asks for."""

from datetime import timedelta

from pipeline.domain.graph.kinds import JobState
from pipeline.domain.routes import routes_for
from pipeline.ingest import upkeep
from pipeline.store import ledger, log
from pipeline.store.graph import jobs
from pipeline.store.log import Filter, NewEvent
from pipeline.store.own_events import REMINDERS
from tests.support.graph import LINE, job, put_credential, put_jobs
from tests.support.world import World

MONTH = timedelta(days=30)


def test_an_event_from_before_its_handler_gets_its_delivery(world: World) -> None:
    event = NewEvent(
        world.container.ids.next(), "blog", "k", "comment.removed", None, None, "{}", b"0" * 32
    )
    with world.database.write() as db:
        log.insert_one(db, event)
        assert upkeep.sweep(db, now=world.clock(), retention=MONTH) == 1
        assert upkeep.sweep(db, now=world.clock(), retention=MONTH) == 0
    with world.database.read() as db:
        (row,) = ledger.of_event(db, event.id)
    assert row.handler == routes_for("comment.removed")[0].handler


def test_settled_deliveries_are_forgotten_after_the_retention_and_dead_ones_kept(
    world: World,
) -> None:
    done = world.post("c1")
    dead = world.send("comment.removed", {"id": "nobody"}).event_id
    world.work()
    world.clock.advance(days=31)
    fresh = world.post("c2")
    world.work()
    with world.database.write() as db:
        assert upkeep.prune(db, now=world.clock(), retention=MONTH) == 1
        assert upkeep.sweep(db, now=world.clock(), retention=MONTH) == 0
    with world.database.read() as db:
        assert ledger.of_event(db, done) == []
        assert len(ledger.of_event(db, dead)) == 1
        assert len(ledger.of_event(db, fresh)) == 1


def test_old_ticks_are_forgotten_with_their_events(world: World) -> None:
    first = upkeep.SCHEDULE[0]
    with world.database.write() as db:
        upkeep.take_slot(db, world.container.ids, first, now=world.clock())
    world.post("c1")
    world.work()
    world.clock.advance(days=31)
    with world.database.write() as db:
        assert upkeep.retain(db, now=world.clock(), retention=MONTH, queries_kept=MONTH) == 1
    with world.database.read() as db:
        assert log.listing(db, Filter(source="beat"), limit=10) == []
        assert log.listing(db, Filter(source="blog"), limit=10) != []


def test_sync_jobs_that_ended_and_their_reminders_are_forgotten_after_the_retention(
    world: World,
) -> None:
    now = world.clock()
    ended, waiting = job(1, state=JobState.DONE, finished_at=now), job(2)
    with world.database.write() as db:
        put_jobs(db, [ended, waiting])
        put_credential(db)
        world.container.graph.planner.hand_out(db, LINE)
    world.clock.advance(days=31)
    with world.database.write() as db:
        upkeep.retain(db, now=world.clock(), retention=MONTH, queries_kept=MONTH)
        assert jobs.get(db, ended.id) is None
        assert jobs.get(db, waiting.id) is not None
        assert log.listing(db, Filter(source=REMINDERS), limit=10) == []
