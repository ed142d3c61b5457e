"""One delivery's attempt: what each way of ending leaves in its row."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pipeline.domain.duties import Due
from pipeline.domain.routes import DEFAULT_ATTEMPTS
from pipeline.errors import Rejected, Transient
from pipeline.ingest import upkeep
from pipeline.ingest.work import Bench, Ending, Work
from pipeline.store import deliveries, ledger
from pipeline.store.ledger import Settling
from pipeline.tasks.handlers import HANDLERS
from tests.support.graph import (
    LINE,
    FakeNetwork,
    Followed,
    job,
    put_credential,
    put_jobs,
    put_list,
)
from tests.support.pushed import ADA, BOB, follow, keep, known
from tests.support.world import World

HANDLER = "comments.moderate"


def bench(world: World, handler: Callable[[Work], None]) -> Bench:
    return Bench(
        world.database,
        {HANDLER: handler},
        lease=timedelta(seconds=60),
        clock=world.clock,
        jitter=lambda: 1.0,
    )


def row_of(world: World, event_id: int) -> Settling:
    with world.database.read() as db:
        (row,) = ledger.of_event(db, event_id)
    return row


def fail(error: Exception) -> Callable[[Work], None]:
    def handler(_: Work) -> None:
        raise error

    return handler


def test_a_handler_with_no_effect_is_settled_all_the_same(world: World) -> None:
    posted = world.post("c1")
    (due,) = world.due()
    assert bench(world, lambda _: None).work(due).ending is Ending.DONE
    assert row_of(world, posted).state == "done"


def test_transient_parks_until_its_delay_is_over(world: World) -> None:
    posted = world.post("c1")
    (due,) = world.due()
    result = bench(world, fail(Transient("rate limited", delay=900))).work(due)
    assert (result.ending, result.delay) == (Ending.PARKED, 900)
    row = row_of(world, posted)
    assert row.next_at == world.clock() + timedelta(seconds=900)
    assert (row.attempts, row.lease_until, row.last_error) == (1, None, "rate limited")
    assert world.due() == []
    world.clock.advance(seconds=900)
    assert len(world.due()) == 1


def test_rejected_is_dead_at_once_and_keeps_its_reason(world: World) -> None:
    posted = world.post("c1")
    (due,) = world.due()
    assert bench(world, fail(Rejected("no such page"))).work(due).ending is Ending.DEAD
    row = row_of(world, posted)
    assert (row.state, row.attempts, row.last_error) == ("dead", 1, "no such page")


def test_a_defect_is_tried_again_and_dead_with_its_traceback(world: World) -> None:
    posted = world.post("c1")
    broken = bench(world, fail(KeyError("a defect")))
    endings = []
    for _ in range(DEFAULT_ATTEMPTS):
        (due,) = world.due()
        endings.append(broken.work(due).ending)
        world.clock.advance(hours=2)
    assert endings == [Ending.PARKED] * (DEFAULT_ATTEMPTS - 1) + [Ending.DEAD]
    last = row_of(world, posted).last_error
    assert last is not None
    assert "Traceback" in last
    assert "a defect" in last


def test_a_dead_delivery_can_be_redriven_with_all_its_attempts(world: World) -> None:
    posted = world.post("c1")
    (due,) = world.due()
    bench(world, fail(Rejected("not yet"))).work(due)
    with world.database.write() as db:
        assert ledger.redrive(db, [posted], now=world.clock()) == 1
    assert [result.ending for result in world.work()] == [Ending.DONE]


def test_an_effect_whose_settling_fails_is_rolled_back_whole(world: World) -> None:
    posted = world.post("c1")
    (due,) = world.due()

    def crash_in_settle(work: Work) -> None:
        with work.settle() as db:
            world.container.moderator.store(db, world.container.moderator.judge(db, work.event))
            raise RuntimeError("between effect and commit")

    assert bench(world, crash_in_settle).work(due).ending is Ending.PARKED
    with world.database.read() as db:
        from pipeline.store import comments  # noqa: PLC0415 - one test's

        assert comments.get(db, posted) is None
    world.clock.advance(hours=1)
    assert [result.ending for result in world.work()] == [Ending.DONE]


def test_who_lost_the_lease_changes_nothing(world: World) -> None:
    posted = world.post("c1")
    (due,) = world.due()

    def overtaken(work: Work) -> None:
        with world.database.write_relaxed() as db:  # the lease ran out; another began
            deliveries.begin(
                db, Due(posted, HANDLER, 1), now=world.clock(), lease=timedelta(seconds=60)
            )
        HANDLERS[HANDLER](world.container, work)

    assert bench(world, overtaken).work(due).ending is Ending.STALE
    assert row_of(world, posted).state == "pending"


@pytest.mark.parametrize(("held", "others"), [(30, 1), (600, 0)])
def test_a_claim_is_held_for_one_long_part(world: World, held: int, others: int) -> None:
    """A shorter one than a lease changes nothing."""
    world.post("c1")
    (due,) = world.due()

    def long(work: Work) -> None:
        work.hold(timedelta(seconds=held))
        world.clock.advance(seconds=599)
        assert len(world.due()) == others

    assert bench(world, long).work(due).ending is Ending.DONE


@pytest.mark.parametrize("handler", sorted(HANDLERS))
def test_every_handler_run_twice_changes_nothing_the_second_time(
    world: World, handler: str
) -> None:
    verb = handler.partition(".")[2]
    if verb in {line.name for line in upkeep.SCHEDULE}:
        wanted = next(line for line in upkeep.SCHEDULE if line.name == verb)
        with world.database.write() as db:
            assert upkeep.take_slot(db, world.container.ids, wanted, now=world.clock())
            assert not upkeep.take_slot(db, world.container.ids, wanted, now=world.clock())
    else:
        BROUGHT_ABOUT[handler](world)
    (due,) = world.due()
    assert due.handler == handler
    assert world.bench.work(due).ending is Ending.DONE
    before = tables(world)
    assert world.bench.work(due).ending is Ending.STALE
    assert world.bench.work(due._replace(attempts=1)).ending is Ending.STALE
    assert tables(world) == before


def removed_comment(world: World) -> None:
    world.post("c1")
    world.work()
    world.send("comment.removed", {"id": "c1"})


def due_post(world: World) -> None:
    later = world.clock() + timedelta(hours=1)
    world.publish("a", published_at=later.isoformat())
    world.work()
    world.clock.advance(hours=1)


def stored_post(world: World) -> None:
    world.container.index.rebuild.run()
    world.publish("a")
    world.work_on("posts")


def dropped_post(world: World) -> None:
    world.publish("a")
    world.work()
    world.remove("a")
    world.work_on("posts")


def pushed_follow(world: World) -> None:
    keep(world, known(world, BOB)[BOB.native_id])
    world.send("follow.added", follow(ADA, BOB))


def due_page(world: World) -> None:
    network = FakeNetwork(world.clock, world.database)
    world.use_network(network)
    followed = Followed(world, network)
    followed.joined(3)
    with world.database.write() as db:
        world.container.graph.sync(db, followed.row, None)


def due_alarm(world: World) -> None:
    later = world.clock() + timedelta(minutes=1)
    with world.database.write() as db:
        put_credential(db)
        put_jobs(db, [job(put_list(db, "1").owner, not_before=later)])
        world.container.graph.planner.hand_out(db, LINE)
    world.clock.advance(minutes=2)


def due_plan(world: World) -> None:
    (wanted,) = [line for line in upkeep.SCHEDULE if line.name == "graph"]
    with world.database.write() as db:
        put_credential(db)
        put_list(db, "1")
        assert upkeep.take_slot(db, world.container.ids, wanted, now=world.clock())


BROUGHT_ABOUT: dict[str, Callable[[World], object]] = {
    "comments.moderate": lambda world: world.post("c1"),
    "comments.remove": removed_comment,
    "posts.store": lambda world: world.publish("a"),
    "posts.drop": lambda world: world.remove("a"),
    "posts.turn": due_post,
    "posts.sync": lambda world: world.send("site.deployed", {}),
    "graph.fetch": due_page,
    "graph.wake": due_alarm,
    "graph.plan": due_plan,
    "index.put": stored_post,
    "index.drop": dropped_post,
    "index.rebuild": World.ask_for_rebuild,
    "graph.observe": pushed_follow,
}
"""What has to happen so that a handler has one duty, and nobody another."""


def tables(world: World) -> dict[str, list[tuple[object, ...]]]:
    from sqlalchemy import select  # noqa: PLC0415 - one helper's

    from pipeline.store.schema import metadata  # noqa: PLC0415 - one helper's

    with world.database.read() as db:
        return {
            table.name: sorted(map(repr, db.execute(select(table))))  # type: ignore[misc]
            for table in metadata.sorted_tables
        }
