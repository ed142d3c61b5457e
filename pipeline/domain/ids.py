"""Event ids: 63-bit integers that sort by time of arrival.

Layout, as in Twitter's Snowflake (2010): 41 bits of milliseconds since 2026-01-01, then 10 bits that
tell processes apart, then 12 bits that count within a millisecond.
The id is made before the INSERT, so an event, its deliveries and its task id need no look-up.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_NODE_BITS = 10
_SEQUENCE_BITS = 12
_SHIFT = _NODE_BITS + _SEQUENCE_BITS
_SEQUENCE_MASK = (1 << _SEQUENCE_BITS) - 1


class IdFactory:
    """Hands out ids that only ever grow, also while the clock steps back.

    `node` (0..1023) should differ between processes that write at the same time; where two draw the
    same one, the database's primary key refuses the second id and the batch is written again.
    """

    def __init__(self, *, node: int, clock: Callable[[], datetime]) -> None:
        self._node = (node & ((1 << _NODE_BITS) - 1)) << _SEQUENCE_BITS
        self._clock = clock
        self._last = (0, 0)
        self._lock = threading.Lock()

    def next(self, now: datetime | None = None) -> int:
        """The next id. `now` is the clock's reading of a caller who has just looked."""
        current = _millis(self._clock() if now is None else now)
        with self._lock:
            millis, sequence = self._last
            if current > millis:
                millis, sequence = current, 0
            elif sequence < _SEQUENCE_MASK:
                sequence += 1
            else:  # 4,096 ids in one millisecond: borrow from the next
                millis, sequence = millis + 1, 0
            self._last = (millis, sequence)
            return (millis << _SHIFT) | self._node | sequence


def moment_of(event_id: int) -> datetime:
    """When the id was made, to the millisecond, aware UTC."""
    return EPOCH + timedelta(milliseconds=event_id >> _SHIFT)


def first_id_at(moment: datetime) -> int:
    """The smallest id that could be made at `moment`: ids below it are older."""
    return max(0, _millis(moment)) << _SHIFT


def _millis(moment: datetime) -> int:
    since = moment - EPOCH  # in parts: dividing one timedelta by another takes four times as long
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
