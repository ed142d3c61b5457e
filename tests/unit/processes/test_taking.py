"""A line of the stream is an event in the log before the next is read."""

import json
import sqlite3
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from pipeline.errors import UnavailableError
from pipeline.processes.taking import Taken, Taker
from pipeline.store import ledger, log
from pipeline.store.database import Database
from pipeline.store.log import Filter, StoredEvent
from tests.support.world import World


def line(number: int = 1, **changed: Any) -> bytes:
    edge = {"source": {"data": {"id": "7"}}, "target": {"data": {"id": "9"}}}
    activity = {"event_uuid": str(number), "event_type": "follow.follow", "payload": edge}
    return json.dumps({"data": activity | changed}).encode()


def stored(world: World) -> list[StoredEvent]:
    with world.database.read() as db:
        return log.listing(db, Filter(), limit=10, newest=False)


def never(_seconds: float) -> bool:
    raise AssertionError("nothing is waited for")


LOCKED = OperationalError("COMMIT", {}, sqlite3.OperationalError("database is locked"))


class Away(Database):
    """A database that can't commit the first few times."""

    def __init__(self, real: Database, times: int, error: Exception = LOCKED) -> None:
        self._real = real
        self._error = error
        self.times = times

    def write(self) -> AbstractContextManager[Connection]:
        if self.times:
            self.times -= 1
            raise self._error
        return self._real.write()


def test_a_line_is_an_event_with_its_duty(world: World) -> None:
    taker = Taker(world.container, "x-stream", never)
    taker.take(line())
    (event,) = stored(world)
    assert (event.source, event.external_id, event.type) == ("x-stream", "1", "follow.added")
    assert event.subject == "follow:x-stream:7>9"
    with world.database.read() as db:
        assert [duty.handler for duty in ledger.of_event(db, event.id)] == ["graph.observe"]


def test_what_comes_again_is_a_repeat_also_where_a_profile_changed(world: World) -> None:
    taker = Taker(world.container, "x-stream", never)
    taker.take(line())
    taker.take(line())
    renamed = {"source": {"id": "7", "username": "new"}, "target": {"id": "9"}}
    taker.take(line(payload=renamed))
    assert taker.taken == Taken(accepted=1, repeated=2)
    assert len(stored(world)) == 1


def test_what_is_no_event_is_left_and_the_next_is_taken(world: World) -> None:
    taker = Taker(world.container, "x-stream", never)
    for odd in (b"{", b"[1]", line(payload=None), b'{"data":{"event_uuid":"\\u0000"}}'):
        taker.take(odd)
    taker.take(line(2))
    assert taker.taken == Taken(accepted=1, refused=4)


def test_a_database_that_is_away_is_waited_for(world: World) -> None:
    waits: list[float] = []
    away = Away(world.database, 6)

    def pause(seconds: float) -> bool:
        waits.append(seconds)
        return False

    Taker(replace(world.container, database=away), "x-stream", pause).take(line())
    assert waits == [1, 2, 4, 8, 10, 10]
    assert len(stored(world)) == 1


def test_who_is_stopped_while_it_waits_says_what_is_not_kept(world: World) -> None:
    taker = Taker(
        replace(world.container, database=Away(world.database, 1)), "x-stream", lambda _: True
    )
    with pytest.raises(UnavailableError, match="event 1 is not kept"):
        taker.take(line())
    assert taker.taken == Taken()


def test_an_error_of_ours_is_not_waited_for(world: World) -> None:
    broken = Away(world.database, 1, ValueError("a rule was broken"))
    with pytest.raises(ValueError, match="a rule"):
        Taker(replace(world.container, database=broken), "x-stream", never).take(line())
