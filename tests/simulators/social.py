"""A small social network for simulators: members, who follows whom since when, limits, faults.

Times and the clock's error are the test's. Every list is newest first; whoever is not active is
left out of a page after it was cut, so a page may be short without being the last.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from pipeline.domain.graph.kinds import Direction
from tests.support.clock import FakeClock


@dataclass
class Member:
    """An account. `lists` holds (follow's number, member's id), oldest first."""

    id: str
    handle: str
    name: str | None = None
    created_at: datetime = datetime(2024, 2, 3, tzinfo=UTC)
    state: str = "active"
    hidden: bool = False
    lists: Mapping[Direction, list[tuple[int, str]]] = field(
        default_factory=lambda: {direction: [] for direction in Direction}
    )


class Fault(NamedTuple):
    """An answer out of turn."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Slice(NamedTuple):
    """A page as cut: who is shown, the number of the last follow, whether the page was full."""

    members: list[Member]
    last: int | None
    is_full: bool


class Social:
    """`quota` requests per `seconds`, from the first on. Kept: what was asked, in `asked`."""

    def __init__(self, *, id_of: Callable[[int], str], quota: int, seconds: int) -> None:
        self.clock = FakeClock()
        self.skew = timedelta()
        self.quota = quota
        self.members: dict[str, Member] = {}
        self.faults: deque[Fault] = deque()
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self._id_of = id_of
        self._follows = 0
        self._window = timedelta(seconds=seconds)
        self._used = 0
        self.reset_at: datetime | None = None

    def join(self, handle: str, **more: Any) -> str:
        """A new account; its id."""
        member = Member(self._id_of(len(self.members)), handle, **more)
        self.members[member.id] = member
        return member.id

    def follow(self, who: str, whom: str) -> None:
        self._follows += 1
        self.members[who].lists[Direction.FOLLOWING].append((self._follows, whom))
        self.members[whom].lists[Direction.FOLLOWERS].append((self._follows, who))

    def known(self, handle: str) -> Member | None:
        """By handle, whatever its case."""
        found = (each for each in self.members.values() if each.handle == handle.lower())
        return next(found, None)

    def cut(self, member: Member, direction: Direction, before: int | None, size: int) -> Slice:
        """The follows before a number, newest first."""
        older = [each for each in member.lists[direction] if before is None or each[0] < before]
        raw = older[::-1][:size]
        shown = [self.members[id_] for _, id_ in raw]
        shown = [each for each in shown if each.state == "active"]
        return Slice(shown, raw[-1][0] if raw else None, len(raw) == size)

    def spend(self) -> bool:
        """A request of the window; False where it is used up."""
        now = self.clock()
        if self.reset_at is None or now >= self.reset_at:
            self.reset_at, self._used = now + self._window, 0
        self._used += 1
        return self._used <= self.quota

    @property
    def remaining(self) -> int:
        return max(0, self.quota - self._used)

    @property
    def told_reset(self) -> datetime:
        """When the window ends, by the network's own clock."""
        return (self.reset_at or self.clock()) + self.skew

    def take(self, request: Request) -> Fault | None:
        """Note a request; the answer out of turn, if one is due."""
        query: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            query.setdefault(name, []).append(value)
        self.asked.append((request.url.path, query))
        return self.faults.popleft() if self.faults else None

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> Response:
        date = format_datetime(self.clock() + self.skew, usegmt=True)
        return Response(body, status, {"Date": date, **headers})


def as_json(value: Any) -> bytes:
    return msgspec.json.encode(value)
