"""Pushes, sweeps, purges and erasures of one list, one after the other."""

from datetime import datetime

import pytest
from sqlalchemy import select

from pipeline.domain.graph.kinds import AccountState, Direction, ListKey, Mode
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.finishing import Finished
from pipeline.ingest.graph.guarded import GuardedHistory
from pipeline.store.graph import accounts, spans
from pipeline.store.graph_tables import edge_span
from tests.support.dump import dump, ordinals
from tests.support.pushed import ADA, BOB, CAT, erase, follow, keep, known
from tests.support.world import World


@pytest.fixture
def key(world: World) -> ListKey:
    """Bob's followers, swept: cat alone."""
    owner = known(world, BOB)[BOB.native_id]
    keep(world, owner)
    key = ListKey(owner, Direction.FOLLOWERS)
    sweep(world, key, CAT)
    return key


def sweep(world: World, key: ListKey, *people: Person) -> Finished:
    """Read the whole list, an hour later."""
    world.clock.advance(hours=1)
    container = world.container
    history = GuardedHistory(container.ids, world.clock, container.erased)
    with world.database.write() as db:
        run_id = history.begin(db, key, mode=Mode.SWEEP, at=world.clock())
        history.take_page(db, run_id, 0, "x", people, read_at=world.clock())
        return history.finish_sweep(db, run_id, now=world.clock())


def members(world: World, key: ListKey) -> set[str]:
    with world.database.read() as db:
        rows = accounts.many(db, spans.current(db, key))
    return {row.native_id for row in rows.values()}


def push(world: World, follower: Person, type_: str = "follow.added", **more: object) -> None:
    world.clock.advance(minutes=1)
    world.send(type_, follow(follower, BOB, **more))
    assert {result.ending.value for result in world.work()} == {"done"}


def ends(world: World, member: str) -> list[tuple[datetime, str | None]]:
    with world.database.read() as db:
        ord_ = accounts.by_native(db, "x", [member])[member].ord
        query = select(edge_span.c.from_hi, edge_span.c.end_reason).where(edge_span.c.src == ord_)
        return [(row.from_hi, row.end_reason) for row in db.execute(query)]


def test_a_pushed_follow_is_a_member_at_once_and_no_sweep_s_gain(
    world: World, key: ListKey
) -> None:
    push(world, ADA)
    told_at = world.clock()
    assert members(world, key) == {ADA.native_id, CAT.native_id}
    assert sweep(world, key, ADA, CAT) == Finished(0, 0, 0, 0)
    assert ends(world, ADA.native_id) == [(told_at, None)]


def test_a_pushed_unfollow_needs_no_look_up(world: World, key: ListKey) -> None:
    push(world, CAT, "follow.removed")
    assert members(world, key) == set()
    assert sweep(world, key) == Finished(0, 0, 0, 0)
    assert [reason for _, reason in ends(world, CAT.native_id)] == ["unfollowed"]


@pytest.mark.usefixtures("key")
def test_the_same_told_by_stream_and_webhook_is_one_edge(world: World) -> None:
    push(world, ADA)
    world.send("follow.added", follow(ADA, BOB), source="x-stream")
    world.work()
    assert len(ends(world, ADA.native_id)) == 1


def test_who_is_gone_and_comes_back_is_the_same_member(world: World, key: ListKey) -> None:
    with world.database.write() as db:
        (cat,) = spans.current(db, key)
        accounts.set_state(db, cat, AccountState.SUSPENDED, now=world.clock())
    world.container.duties.comply()
    assert members(world, key) == {CAT.native_id}
    assert sweep(world, key, CAT) == Finished(0, 0, 0, 0)
    with world.database.read() as db:
        row = accounts.get(db, cat)
    assert row is not None
    assert (row.handle, row.gone_at) == (CAT.handle, None)


def test_no_later_sweep_or_push_stores_who_was_erased(world: World, key: ListKey) -> None:
    push(world, ADA)
    with world.database.read() as db:
        ada = accounts.by_native(db, "x", [ADA.native_id])[ADA.native_id].ord
    erase(world, ADA)
    push(world, ADA, "follow.removed")
    push(world, ADA)
    assert sweep(world, key, ADA, CAT) == Finished(0, 0, 0, 0)
    assert members(world, key) == {CAT.native_id}
    with world.database.read() as db:
        assert ADA.native_id not in dump(db)
        assert ada not in ordinals(db)


def test_a_sweep_that_was_half_read_ends_without_who_was_erased(world: World, key: ListKey) -> None:
    container = world.container
    history = GuardedHistory(container.ids, world.clock, container.erased)
    world.clock.advance(hours=1)
    with world.database.write() as db:
        run_id = history.begin(db, key, mode=Mode.SWEEP, at=world.clock())
        history.take_page(db, run_id, 0, "x", [ADA, CAT], read_at=world.clock())
    erase(world, ADA)
    with world.database.write() as db:
        assert history.finish_sweep(db, run_id, now=world.clock()) == Finished(0, 0, 0, 0)
    assert members(world, key) == {CAT.native_id}
