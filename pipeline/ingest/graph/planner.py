"""Who may go on: hands out as many steps as a rate window has room for, and not one more.

Nothing waits in the broker. A job that can't go on now waits in its row, and one durable alarm per
line and second wakes the planner when the next of them may. Whoever settles a step calls `hand_out`
in the same transaction, so a line moves on as long as it has room.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.events import GraphWake, PageDue
from pipeline.domain.graph.kinds import Priority
from pipeline.domain.ids import IdFactory
from pipeline.store.graph import credentials, lines
from pipeline.store.graph.jobs import Line
from pipeline.store.graph.lines import Waiting
from pipeline.store.own_events import remind, reminder

SLOTS = 8
"""Steps of one line that are out at once."""

TAPER = 4
"""Of the calls left in a window, one in so many may be out at once.

Near a window's end, where another program may be using it up too, steps go one by one: then at most
one of them is answered 429.
"""

ANSWER_WITHIN = timedelta(minutes=30)
"""After which a step is given up for lost: its delivery's eight attempts and their leases are over."""

SPREAD_S = 30
"""After a reset, those who wait for it come back over so many seconds."""


class Windows(Protocol):
    """What the planner asks of the turnstile."""

    def free(
        self,
        db: Connection,
        *,
        credential: str,
        endpoint: str,
        network: str,
        interactive: bool = False,
    ) -> int:
        """Calls that may be made now."""
        ...

    def opens_at(self, db: Connection, credential: str, endpoint: str) -> datetime:
        """When a window without room has some."""
        ...


class _Room(NamedTuple):
    """How many more steps of a line may go out: the first for whom somebody waits, and others."""

    quick: int
    calm: int
    out: int


class Planner:
    """Hands out steps. The caller owns the transaction."""

    def __init__(
        self,
        windows: Windows,
        ids: IdFactory,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._windows = windows
        self._ids = ids
        self._clock = clock
        self._chance = chance

    def hand_out(self, db: Connection, line: Line) -> int:
        """Let go on whoever may; how many. Sets the alarm for the next of the others."""
        credential = credentials.get(db, line.credential)
        if credential is None or credential.broken is not None:
            return 0  # they stay where they are: logging in again is what wakes them
        lines.hold(db, line)
        now = self._clock()
        room = self._room(db, line, credential.network)
        waiting = lines.due(db, line, now=now, limit=max(room.quick, 1))
        chosen = _choose(waiting, room)
        self._send_out(db, chosen, now)
        if waiting and not chosen and not room.out:
            self._close(db, line, now)
        self._set_alarm(db, line, now)
        return len(chosen)

    def _room(self, db: Connection, line: Line, network: str) -> _Room:
        out = lines.count_out(db, line)
        quick, calm = (
            self._windows.free(
                db,
                credential=line.credential,
                endpoint=line.endpoint,
                network=network,
                interactive=interactive,
            )
            for interactive in (True, False)
        )
        slots = min(SLOTS, max(1, quick // TAPER))
        return _Room(min(slots, quick) - out, min(slots, calm) - out, out)

    def _send_out(self, db: Connection, chosen: Sequence[Waiting], now: datetime) -> None:
        for each in chosen:
            id_, fact = self._ids.next(), PageDue(str(each.id), each.version)
            remind(db, reminder(id_, events.GRAPH_PAGE_DUE, fact, key=f"page:{id_}"), at=now)
        if chosen:
            lines.send_out(db, [each.id for each in chosen], until=now + ANSWER_WITHIN)

    def _close(self, db: Connection, line: Line, now: datetime) -> None:
        """The window has no room: whoever is due waits until it has, not all for the same second."""
        opens_at = self._windows.opens_at(db, line.credential, line.endpoint)
        moments = [
            opens_at + timedelta(seconds=1 + (11 * i) % SPREAD_S + self._chance())
            for i in range(SPREAD_S)  # 11 seconds between two that follow each other in the line
        ]
        lines.park_due(db, line, now=now, moments=moments, reason="the rate window is used up")

    def _set_alarm(self, db: Connection, line: Line, now: datetime) -> None:
        """Once per line and second, by its key: however many jobs wait for the same one."""
        at = lines.next_at(db, line, after=now)
        if at is None:
            return
        second = int(at.timestamp()) + 1
        key = f"wake:{line.credential}:{line.endpoint}:{second}"
        alarm = reminder(self._ids.next(), events.GRAPH_WAKE, GraphWake(*line), key=key)
        remind(db, alarm, at=datetime.fromtimestamp(second, tz=at.tzinfo))


def _choose(waiting: Sequence[Waiting], room: _Room) -> list[Waiting]:
    """As many as fit, in their order; those nobody waits for leave the floor to the others."""
    chosen: list[Waiting] = []
    for each in waiting:
        fits = room.quick if each.priority == Priority.INTERACTIVE else room.calm
        if len(chosen) < fits:
            chosen.append(each)
    return chosen
