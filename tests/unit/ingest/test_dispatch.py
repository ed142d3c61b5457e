"""The relay: windows, order, leases, and what a broken broker costs."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from pipeline.domain import events
from pipeline.domain.duties import Due
from pipeline.domain.routes import DEFAULT_ATTEMPTS, QUEUES
from pipeline.errors import Transient
from pipeline.ingest.dispatch import WORKER_LOST, Relay
from pipeline.ingest.work import Ending
from pipeline.store import deliveries, ledger
from tests.support.world import World


class MemoryBroker:
    """Keeps what was published; breaks when told to."""

    def __init__(self) -> None:
        self.lines: dict[str, list[Due]] = {queue: [] for queue in QUEUES}
        self.down = False
        self.asked = 0

    def depths(self, queues: Sequence[str]) -> Mapping[str, int]:
        self.asked += 1
        return {queue: len(self.lines[queue]) for queue in queues}

    def publish(self, queue: str, batch: Sequence[Due]) -> None:
        if self.down:
            raise Transient("down", delay=2)
        self.lines[queue] += batch

    def take(self, queue: str = "comments") -> list[Due]:
        taken, self.lines[queue] = self.lines[queue], []
        return taken


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


def relay(world: World, broker: MemoryBroker, *, window: int = 4) -> Relay:
    return Relay(
        world.database, broker, window=window, lease=timedelta(seconds=60), clock=world.clock
    )


def test_nothing_due_asks_the_broker_nothing(world: World, broker: MemoryBroker) -> None:
    assert relay(world, broker).run_once(QUEUES).sent == 0
    assert broker.asked == 0


def test_a_window_is_filled_in_order_of_arrival_and_no_more(
    world: World, broker: MemoryBroker
) -> None:
    posted = [world.post(f"c{i}") for i in range(10)]
    one = relay(world, broker)
    assert one.run_once(QUEUES).sent == 4
    assert one.run_once(QUEUES).sent == 0
    assert [due.event_id for due in broker.take()] == posted[:4]


def test_what_is_done_makes_room_for_the_next(world: World, broker: MemoryBroker) -> None:
    posted = [world.post(f"c{i}") for i in range(6)]
    one = relay(world, broker)
    one.run_once(QUEUES)
    for due in broker.take():
        assert world.bench.work(due).ending is Ending.DONE
    one.run_once(QUEUES)
    assert [due.event_id for due in broker.take()] == posted[4:]


def test_a_narrow_room_is_filled_when_nothing_moves(world: World, broker: MemoryBroker) -> None:
    one = relay(world, broker, window=16)
    for i in range(14):
        world.post(f"c{i}")
    assert one.run_once(QUEUES).sent == 14
    world.post("c14")
    assert [one.run_once(QUEUES).sent for _ in range(2)] == [0, 1]


def test_a_stopped_worker_does_not_make_the_line_grow(world: World, broker: MemoryBroker) -> None:
    for i in range(10):
        world.post(f"c{i}")
    one = relay(world, broker)
    for _ in range(20):
        one.run_once(QUEUES)
        world.clock.advance(seconds=61)
    assert len(broker.lines["comments"]) == 4


def test_what_the_broker_lost_is_sent_again_when_its_lease_runs_out(
    world: World, broker: MemoryBroker
) -> None:
    world.post("c1")
    one = relay(world, broker)
    one.run_once(QUEUES)
    broker.take()
    assert one.run_once(QUEUES).sent == 0
    world.clock.advance(seconds=61)
    again = one.run_once(QUEUES)
    assert (again.sent, again.repeated) == (1, 1)


def test_a_late_message_of_an_earlier_hand_out_still_works_once(
    world: World, broker: MemoryBroker
) -> None:
    world.post("c1")
    one = relay(world, broker)
    one.run_once(QUEUES)
    late = broker.take()
    world.clock.advance(seconds=61)
    one.run_once(QUEUES)
    (again,) = broker.take()
    assert world.bench.work(late[0]).ending is Ending.DONE
    assert world.bench.work(again).ending is Ending.STALE


def test_what_a_broken_broker_refused_is_due_again_at_once(
    world: World, broker: MemoryBroker
) -> None:
    posted = world.post("c1")
    broker.down = True
    one = relay(world, broker)
    with pytest.raises(Transient):
        one.run_once(QUEUES)
    with world.database.read() as db:
        (row,) = ledger.of_event(db, posted)
    assert (row.lease_until, row.dispatches) == (None, 0)
    broker.down = False
    assert one.run_once(QUEUES).sent == 1


def test_what_kills_its_worker_each_time_is_dead_after_its_attempts(
    world: World, broker: MemoryBroker
) -> None:
    posted = world.post("c1")
    other = world.post("c2")
    one = relay(world, broker)
    for _ in range(DEFAULT_ATTEMPTS):
        one.run_once(QUEUES)
        for due in broker.take():
            if due.event_id == posted:  # begun, never settled: the worker died
                with world.database.write_relaxed() as db:
                    deliveries.begin(db, due, now=world.clock(), lease=timedelta(seconds=60))
            else:
                world.bench.work(due)
        world.clock.advance(seconds=61)
    assert one.run_once(QUEUES).buried == 1
    with world.database.read() as db:
        (row,) = ledger.of_event(db, posted)
        (fine,) = ledger.of_event(db, other)
    assert (row.state, row.last_error) == ("dead", WORKER_LOST)
    assert fine.state == "done"


def test_what_kills_its_worker_does_not_take_its_neighbours_along(
    world: World, broker: MemoryBroker
) -> None:
    """Four threads: whatever is out when the poisoned one is begun dies with the worker."""
    poison = world.post("c0")
    neighbours = [world.post(f"c{i}") for i in range(1, 4)]
    one = relay(world, broker)
    for _ in range(4 * DEFAULT_ATTEMPTS):
        one.run_once(QUEUES)
        out = broker.take()
        killed = poison in [due.event_id for due in out]
        for due in out:
            if killed:
                with world.database.write_relaxed() as db:
                    deliveries.begin(db, due, now=world.clock(), lease=timedelta(seconds=60))
            else:
                world.bench.work(due)
        world.clock.advance(seconds=61)
    with world.database.read() as db:
        states = [ledger.of_event(db, id_)[0].state for id_ in (poison, *neighbours)]
    assert states == ["dead", "done", "done", "done"]


def test_never_being_worked_is_no_attempt(world: World, broker: MemoryBroker) -> None:
    posted = world.post("c1")
    one = relay(world, broker)
    for _ in range(3 * DEFAULT_ATTEMPTS):
        one.run_once(QUEUES)
        broker.take()
        world.clock.advance(seconds=61)
    with world.database.read() as db:
        (row,) = ledger.of_event(db, posted)
    assert (row.state, row.attempts) == ("pending", 0)


def test_an_edit_is_not_sent_while_its_comment_is_unfinished(
    world: World, broker: MemoryBroker
) -> None:
    first = world.post("c1")
    second = world.send(events.COMMENT_EDITED, {"id": "c1", "text": "New."}).event_id
    other = world.post("c2")
    one = relay(world, broker)
    one.run_once(QUEUES)
    handed = broker.take()
    assert [due.event_id for due in handed] == [first, other]
    for due in handed:
        world.bench.work(due)
    one.run_once(QUEUES)
    assert [due.event_id for due in broker.take()] == [second]
