"""The group-commit writer."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.errors import InvalidEventError, UnavailableError
from pipeline.ingest.accept import Receipt, Status
from pipeline.store import engines
from pipeline.store.database import Database
from pipeline.store.log import NewEvent
from pipeline.webhooks import writer as writer_module
from pipeline.webhooks.writer import Writer
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.world import World


def event(world: World, key: str, **change: Any) -> NewEvent:
    made = NewEvent(world.container.ids.next(), "blog", key, "t", None, None, "{}", b"0" * 32)
    return made._replace(**change)


def submit(writer: Writer, orders: Sequence[Sequence[NewEvent]]) -> list[object]:
    async def one(order: Sequence[NewEvent]) -> list[Receipt]:
        return await writer.submit(order)

    async def run() -> list[object]:
        jobs = (one(order) for order in orders)
        return list(await asyncio.gather(*jobs, return_exceptions=True))

    return asyncio.run(run())


def test_each_order_gets_its_own_receipts(world: World, writer: Writer) -> None:
    one, two, three = (event(world, f"k{i}") for i in range(3))
    first, second = submit(writer, [[one, two], [three]])
    assert first == [Receipt(one.id, Status.ACCEPTED), Receipt(two.id, Status.ACCEPTED)]
    assert second == [Receipt(three.id, Status.ACCEPTED)]


def test_one_that_the_database_refuses_does_not_cost_the_others(
    world: World, writer: Writer
) -> None:
    good, bad = event(world, "good"), event(world, "bad", digest=None)
    fine, refused = submit(writer, [[good], [bad]])
    assert fine == [Receipt(good.id, Status.ACCEPTED)]
    assert isinstance(refused, InvalidEventError)


def test_an_event_whose_id_was_drawn_twice_fits_at_the_next_try(
    world: World, writer: Writer
) -> None:
    first = event(world, "a")
    twin = event(world, "b", id=first.id)
    one, two = submit(writer, [[first], [twin]])
    assert one == [Receipt(first.id, Status.ACCEPTED)]
    assert isinstance(two, UnavailableError)
    again = event(world, "b")
    assert submit(writer, [[again]]) == [[Receipt(again.id, Status.ACCEPTED)]]


def test_a_busy_database_is_unavailable_after_two_seconds_and_recovers(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 50)
    own = migrated_sqlite(tmp_path / "busy.db")
    world = World(own, clock, tmp_path)
    writer = Writer(own, clock=clock, wake=lambda: None)
    writer.start()
    blocker = Database(f"sqlite:///{tmp_path}/busy.db")
    with blocker.write() as db:
        db.execute(text("SELECT 1"))
        (outcome,) = submit(writer, [[event(world, "k1")]])
        assert isinstance(outcome, UnavailableError)
    (after,) = submit(writer, [[event(world, "k1")]])
    assert isinstance(after, list)
    writer.stop()
    own.close()
    blocker.close()


def test_a_line_too_long_is_unavailable_at_once(
    world: World, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "LONGEST_QUEUE", 0)
    (outcome,) = submit(writer, [[event(world, "k1")]])
    assert isinstance(outcome, UnavailableError)


def test_the_relay_is_woken_after_the_commit(world: World) -> None:
    woken: list[int] = []

    def wake() -> None:
        with world.database.read() as db:
            woken.append(db.execute(text("SELECT count(*) FROM event")).scalar_one())

    writer = Writer(world.database, clock=world.clock, wake=wake)
    writer.start()
    submit(writer, [[event(world, "k1")]])
    writer.stop()
    assert woken == [1]


def test_a_sender_that_hung_up_harms_nobody(world: World, writer: Writer) -> None:
    async def impatient() -> None:
        job = writer.submit([event(world, "k1")])
        await asyncio.sleep(0)
        job.cancel()
        await writer.submit([event(world, "k2")])

    asyncio.run(impatient())
