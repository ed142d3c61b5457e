"""What really happened: who could be seen in a list, from when until when, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tests.simulators.x.kinds import Direction, Event, Kind
from tests.simulators.x.world import World

_HIDE = {Kind.SUSPEND, Kind.DELETE}
EVER = float("inf")
BRIEFLY = 3600.0
"""Who comes back within so many seconds is not new to anybody who compares lists."""


class Stay(NamedTuple):
    """A member's time in a list, in seconds since the epoch; -inf and inf where it has no end."""

    member: str
    since: float
    until: float
    came: Kind | None = None
    """FOLLOW, REINSTATE, or None: it was there before, or at most BRIEFLY ago."""
    went: Kind | None = None


def stays_of(world: World, first: Mapping[str, Iterable[str]]) -> dict[str, list[Stay]]:
    """Every stay in each owner's followers, where `first` are those it began with."""
    lists = {owner: _List(members) for owner, members in first.items()}
    gone: set[str] = set()
    for event in world.events:
        if event.kind in {Kind.FOLLOW, Kind.UNFOLLOW}:
            if event.target in lists:
                lists[event.target].edge(event, hidden=event.source in gone)
        elif event.kind in _HIDE or event.kind is Kind.REINSTATE:
            (gone.discard if event.kind is Kind.REINSTATE else gone.add)(event.source)
            for each in lists.values():
                each.account(event)
    return {owner: each.ended() for owner, each in lists.items()}


def followers(world: World, owners: Sequence[str]) -> dict[str, list[str]]:
    """Whom each one's list shows now."""
    return {owner: world.members(owner, Direction.FOLLOWERS.value) for owner in owners}


class _List:
    def __init__(self, members: Iterable[str]) -> None:
        self._there: dict[str, tuple[float, Kind | None]] = dict.fromkeys(members, (-EVER, None))
        self._edges = set(self._there)
        self._stays: dict[str, list[Stay]] = defaultdict(list)

    def edge(self, event: Event, *, hidden: bool) -> None:
        if event.kind is Kind.FOLLOW:
            self._edges.add(event.source)
            before = self._stays.get(event.source)
            is_back = before is not None and event.at - before[-1].until <= BRIEFLY
            self._there[event.source] = (event.at, None if is_back else Kind.FOLLOW)
            return
        self._edges.discard(event.source)
        if not hidden:
            self._leave(event)

    def account(self, event: Event) -> None:
        if event.source not in self._edges:
            return
        if event.kind is not Kind.REINSTATE:
            self._leave(event)
        elif event.source not in self._there:
            self._there[event.source] = (event.at, Kind.REINSTATE)

    def _leave(self, event: Event) -> None:
        if event.source in self._there:
            since, came = self._there.pop(event.source)
            stay = Stay(event.source, since, event.at, came, event.kind)
            self._stays[event.source].append(stay)

    def ended(self) -> list[Stay]:
        for member, (since, came) in self._there.items():
            self._stays[member].append(Stay(member, since, EVER, came))
        return [stay for stays in self._stays.values() for stay in stays]
