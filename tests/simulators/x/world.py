"""The simulated network in time: what has happened, what is to happen."""

import heapq
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from tests.simulators.x.graph import read_edges
from tests.simulators.x.kinds import Change, Direction, Event, Kind, State
from tests.simulators.x.network import Network

DAY = 86_400.0
_NEVER = float("inf")

Planner = Callable[["World", int], Iterable[Change]]
"""What happens on a day, by its number from 0: asked when it begins and all before has happened."""


class Member(NamedTuple):
    """A member of a list, whether pages show it or not."""

    id: str
    state: State
    position: int


class World(Network):
    """Who follows whom, and how that changes. Its `now` is what `catch_up` was last told.

    `start` is when its first day begins; None: when it is first used. `lock` is held while the
    simulator reads or writes; hold it to do so from another thread.
    """

    def __init__(
        self,
        edges: Iterable[tuple[str, str]] = (),
        *,
        seed: int = 0,
        start: float | None = None,
        planner: Planner | None = None,
    ) -> None:
        super().__init__(edges, seed=seed)
        self.start = start
        self.now = start or 0.0
        self.planner = planner
        self.events: list[Event] = []
        self.heard: list[Callable[[Event], None]] = []
        """Told each event as it happens."""
        self.lock = RLock()
        self._queue: list[tuple[float, int, Change]] = []
        self._queued = 0
        self._days = 0

    @classmethod
    def load(cls, path: Path, *, seed: int = 0, planner: Planner | None = None) -> "World":
        """A world from an edge list."""
        return cls(read_edges(path), seed=seed, planner=planner)

    def members(self, native_id: str, side: str) -> list[str]:
        """The list X would show if it showed all of it: ids, newest first, the hidden left out."""
        hidden = {State.SUSPENDED, State.DELETED}
        return [member.id for member in self.truth(native_id, side) if member.state not in hidden]

    def truth(self, native_id: str, side: str) -> list[Member]:
        """All members of a list, newest first."""
        with self.lock:
            node = self.graph.find(native_id)
            if node is None:
                return []
            ids = self.graph.ids
            whole = self.graph.list_of(node, Direction(side)).older(None, len(ids))
            pairs = zip(whole.members, whole.positions, strict=True)
            return [Member(ids[member], self.state(member), at) for member, at in pairs]

    def catch_up(self, now: float) -> int:
        """Let everything happen until `now`; how many changes had an effect."""
        with self.lock:
            if self.start is None:
                self.start = self.now = now
            before = len(self.events)
            while self._next_at() <= now:
                self._next()
            self.now = max(self.now, now)
            return len(self.events) - before

    def apply(self, changes: Sequence[Change]) -> int:
        """Changes of this moment or the past happen at once, later ones when their time has come.

        How many had an effect at once.
        """
        with self.lock:
            before = len(self.events)
            for change in changes:
                if change.at > self.now:
                    self.schedule([change])
                else:
                    self._happen(change._replace(at=self.now))
            return len(self.events) - before

    def schedule(self, changes: Iterable[Change]) -> None:
        """Let changes happen when their time has come, those of one moment in this order."""
        for change in changes:
            heapq.heappush(self._queue, (change.at, self._queued, change))
            self._queued += 1

    def _day_at(self) -> float:
        if self.planner is None or self.start is None:
            return _NEVER
        return self.start + self._days * DAY

    def _next_at(self) -> float:
        return min(self._queue[0][0] if self._queue else _NEVER, self._day_at())

    def _next(self) -> None:
        at, day_at = self._next_at(), self._day_at()
        self.now = max(self.now, at)
        if self.planner and day_at <= at:
            self._days += 1
            self.schedule(self.planner(self, self._days - 1))
        else:
            self._happen(heapq.heappop(self._queue)[2])

    def _happen(self, change: Change) -> None:
        position = self.change(change)
        if position is None:
            return
        event = Event(change.at, Kind(change.kind), change.source, change.target, position)
        self.events.append(event)
        for hear in self.heard:
            hear(event)
