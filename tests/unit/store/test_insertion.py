"""Rows inserted many at a time, on either database."""

from collections.abc import Sequence

import pytest

from pipeline.store import ledger, log
from pipeline.store.insertion import LARGEST_GROUP, Insertion
from pipeline.store.log import Filter, NewEvent
from pipeline.store.tables import tick
from tests.support.world import World

MANY = 2 * LARGEST_GROUP + 3


def events(world: World, keys: Sequence[str]) -> list[NewEvent]:
    now = world.clock()
    return [
        NewEvent(world.container.ids.next(), "blog", key, "t", None, now, '{"a":1}', b"0" * 32)
        for key in keys
    ]


def test_more_rows_than_one_statement_carries_come_back_as_they_went_in(world: World) -> None:
    made = events(world, [f"k{number}" for number in range(MANY)])
    with world.database.write() as db:
        assert log.append(db, made)
    with world.database.read() as db:
        assert [tuple(row) for row in log.walk(db, Filter())] == [tuple(row) for row in made]


def test_rows_whose_key_is_known_are_left_out_and_not_counted(world: World) -> None:
    with world.database.write() as db:
        assert log.append(db, events(world, ["k1", "k2"]))
        assert not log.append(db, events(world, ["k2", "k3"]))
    with world.database.read() as db:
        assert [row.external_id for row in log.walk(db, Filter())] == ["k1", "k2", "k3"]


def test_columns_that_are_not_named_have_their_defaults(world: World) -> None:
    posted = world.post("c1")
    with world.database.read() as db:
        (duty,) = ledger.of_event(db, posted)
    assert (duty.state, duty.attempts, duty.last_error) == ("pending", 0, None)


def test_columns_in_another_order_than_the_tables_are_refused_at_the_import() -> None:
    with pytest.raises(ValueError, match="name columns of tick in its own order"):
        Insertion(tick, ("slot", "job", "taken_at"))
