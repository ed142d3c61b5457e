"""Clocks that disagree or step back, secrets that change, events that overtake others."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain import events
from pipeline.domain.duties import Due
from pipeline.domain.schemes import Scheme
from pipeline.ingest.dispatch import Relay
from pipeline.ingest.work import Ending
from pipeline.settings import SecretEntry, Source
from pipeline.store import comments, verdicts
from pipeline.store.database import Database
from pipeline.webhooks.door import WebhookDoor
from pipeline.webhooks.writer import Writer
from tests.support.asgi import call
from tests.support.clock import FakeClock
from tests.support.harness_senders import comment, signed
from tests.support.world import SECRET, World, html_of

NEW_SECRET = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
HOUR = timedelta(hours=1)


class Line:
    """A broker that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Due] = []

    def depths(self, queues: Sequence[str]) -> Mapping[str, int]:
        return dict.fromkeys(queues, 0)

    def publish(self, _queue: str, batch: Sequence[Due]) -> None:
        self.messages += batch


@pytest.fixture
def line() -> Line:
    return Line()


def relay(world: World, line: Line, *, ahead: timedelta) -> Relay:
    return Relay(
        world.database,
        line,
        window=10,
        lease=world.container.lease,
        clock=lambda: world.clock() + ahead,
    )


def test_a_relay_an_hour_ahead_sends_twice_and_nothing_is_done_twice(
    world: World, line: Line
) -> None:
    posted = world.post("c1")
    relay(world, line, ahead=timedelta()).run_once(["comments"])
    relay(world, line, ahead=HOUR).run_once(["comments"])
    assert len(line.messages) == 2
    assert [world.bench.work(due).ending for due in line.messages] == [Ending.DONE, Ending.STALE]
    with world.database.read() as db:
        assert len(verdicts.of_comment(db, posted)) == 1


def test_a_relay_an_hour_behind_sends_late_and_not_never(world: World, line: Line) -> None:
    world.post("c1")
    slow = relay(world, line, ahead=-HOUR)
    slow.run_once(["comments"])
    assert line.messages == []
    world.clock.advance(hours=1)
    slow.run_once(["comments"])
    assert [world.bench.work(due).ending for due in line.messages] == [Ending.DONE]


def test_events_stay_in_order_when_the_clock_steps_back(world: World) -> None:
    posted = world.post("c1")
    world.clock.advance(hours=-1)
    edited = world.send(events.COMMENT_EDITED, {"id": "c1", "text": "Better words."}).event_id
    assert edited > posted
    world.clock.advance(hours=1)
    assert [result.ending for result in world.work()] == [Ending.DONE, Ending.DONE]
    with world.database.read() as db:
        row = comments.get(db, posted)
    assert row is not None
    assert html_of(row) == "<p>Better words.</p>"


def test_an_edit_or_a_removal_before_its_comment_is_kept_and_applies_when_that_comes(
    world: World,
) -> None:
    world.send(events.COMMENT_EDITED, {"id": "c1", "text": "Better words."})
    world.send(events.COMMENT_REMOVED, {"id": "c2"})
    assert [result.ending for result in world.work()] == [Ending.DEAD, Ending.DEAD]
    posted = [world.post("c1"), world.post("c2", "Never mind.", name="Bob")]
    assert [result.ending for result in world.work()] == [Ending.DONE] * 4
    with world.database.read() as db:
        first, second = (comments.get(db, id_) for id_ in posted)
    assert first is not None
    assert second is not None
    assert (html_of(first), second.state) == ("<p>Better words.</p>", "removed")


@pytest.fixture
def rotating(database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[WebhookDoor]:
    """A door whose old secret ends in an hour."""
    secrets = (SecretEntry(SECRET, not_after=clock() + HOUR), NEW_SECRET)
    source = Source(
        scheme=Scheme.STANDARD_WEBHOOKS, site="blog", secrets=secrets, rate="none", tolerance=300
    )
    world = World(database, clock, tmp_path, sources={"blog": source})
    writer = Writer(database, clock=clock, wake=lambda: None)
    writer.start()
    yield WebhookDoor(world.settings, writer, world.container.ids, clock)
    writer.stop()


def test_while_a_secret_rotates_both_sign_and_the_old_one_ends(
    rotating: WebhookDoor, clock: FakeClock
) -> None:
    assert [_sent(rotating, 1, SECRET, clock()), _sent(rotating, 2, NEW_SECRET, clock())] == [
        202
    ] * 2
    clock.advance(minutes=61)
    assert [_sent(rotating, 3, SECRET, clock()), _sent(rotating, 4, NEW_SECRET, clock())] == [
        401,
        202,
    ]


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 401), (60, 401), (-6, 401)])
def test_a_signed_message_replayed_later_is_a_repeat_and_then_refused(
    rotating: WebhookDoor, clock: FakeClock, minutes: int, status: int
) -> None:
    then = clock()
    assert _sent(rotating, 1, NEW_SECRET, then) == 202
    clock.advance(minutes=minutes)
    assert _sent(rotating, 1, NEW_SECRET, then) == status


def _sent(door: WebhookDoor, number: int, secret: str, now: datetime) -> int:
    message = comment(number)
    headers = signed(message, secret=secret, now=now)
    return call(door, "/webhooks/blog", message.body, headers=headers).status
