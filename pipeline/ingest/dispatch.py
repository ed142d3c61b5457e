"""The relay's work: hand due deliveries to the broker, a window per queue, queues in turn.

Commit first, publish second. What the broker then loses comes due again when its lease runs out; what
it refuses is taken back at once.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from pipeline.domain.duties import Due
from pipeline.domain.routes import attempts_for
from pipeline.store import deliveries
from pipeline.store.database import Database
from pipeline.store.deliveries import Claim

WORKER_LOST = "no worker answered the last attempt: killed, out of memory, or the process hung"


class Publisher(Protocol):
    """Where ids go. Both raise Transient while the broker is out of reach."""

    def depths(self, queues: Sequence[str]) -> Mapping[str, int]:
        """Messages waiting in each queue."""
        ...

    def publish(self, queue: str, batch: Sequence[Due]) -> None:
        """Send one message per delivery."""
        ...


class Pass(NamedTuple):
    """What one look at the queues did: messages sent, of them repeats, and deliveries given up.

    `waiting` counts queues that have more due than their window takes: look again soon.
    """

    sent: int = 0
    repeated: int = 0
    buried: int = 0
    waiting: int = 0

    def plus(self, other: "Pass") -> "Pass":
        """Both together."""
        return Pass(*(a + b for a, b in zip(self, other, strict=True)))


class Relay:
    """Keeps at most `window` deliveries per queue between hand-out and answer."""

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        *,
        window: int,
        lease: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._window = window
        self._lease = lease
        self._clock = clock
        self._flying: dict[str, int] = {}

    def run_once(self, queues: Sequence[str]) -> Pass:
        """Fill each queue's window once. Raises Transient when the broker is out of reach."""
        due = self._due(queues)
        wide = [queue for queue, flying in due.items() if self._has_room(queue, flying)]
        depths = self._publisher.depths(wide) if wide else {}
        total = Pass(waiting=len(due) - len(wide))
        for queue in wide:
            # A stopped worker's messages outlive their leases in the line: count whichever is more.
            room = self._window - max(due[queue], depths.get(queue, 0))
            total = total.plus(self._fill(queue, room) if room > 0 else Pass(waiting=1))
        return total

    def _has_room(self, queue: str, flying: int) -> bool:
        """A quarter of the window: fewer, larger batches. Any room, where nothing moves meanwhile."""
        still = self._flying.get(queue) == flying
        self._flying[queue] = flying
        room = self._window - flying
        return room * 4 >= self._window or (still and room > 0)

    def _due(self, queues: Sequence[str]) -> dict[str, int]:
        """Queues that have something due, each with how many of its deliveries are in flight."""
        now = self._clock()
        with self._database.read() as db:
            return {
                queue: deliveries.in_flight(db, queue, now=now)
                for queue in queues
                if deliveries.any_due(db, queue, now=now)
            }

    def _fill(self, queue: str, room: int) -> Pass:
        now = self._clock()
        with self._database.write_relaxed() as db:
            alone = not deliveries.suspect_in_flight(db, queue, now=now)
            handed = deliveries.hand_out(db, queue, now=now, lease=self._lease, room=room)
            spent = [due for due in handed if due.attempts >= attempts_for(due.handler)]
            for each in spent:
                claim = Claim(each.event_id, each.handler, each.attempts)
                deliveries.bury(db, claim, now=now, error=WORKER_LOST)
            kept_back = _all_but_one([d for d in handed if d not in spent], one=alone)
            if kept_back:
                deliveries.take_back(db, kept_back)
        due = [each for each in handed if each not in spent and each not in kept_back]
        if due:
            self._publish(queue, due)
        repeated = sum(each.dispatches > each.attempts + 1 for each in due)
        return Pass(len(due), repeated, len(spent), waiting=int(len(handed) == room))

    def _publish(self, queue: str, due: Sequence[Due]) -> None:
        try:
            self._publisher.publish(queue, due)
        except BaseException:
            with self._database.write_relaxed() as db:
                deliveries.take_back(db, due)
            raise


def _all_but_one(handed: Sequence[Due], *, one: bool) -> list[Due]:
    """The suspects to keep back: what kills its worker takes along whatever else was begun there.

    One at a time, so that the guilty one uses up its own attempts and not its neighbours'.
    """
    suspects = [due for due in handed if due.suspect]
    return suspects[1:] if one else suspects
