"""What happens in simulated days: a pure, seeded generator of follows, unfollows and the rest.

The same seed, rates and world give the same day, whoever asks when: a day is planned as it begins,
one list by itself.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from tests.simulators.x.kinds import Change, Direction, Kind, State

DAY = 86_400.0
_TRIES = 8
_EPOCH_MS = 1_288_834_974_657
"""A snowflake id holds the milliseconds since then."""


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens to one list in a day: expected numbers, Poisson distributed."""

    follows: float = 0.0
    newcomers: float = 0.2
    """Of the follows, the share that are accounts made that day."""
    unfollows: float = 0.0
    depth: float = 0.2
    """How deep unfollowed members sit on average, as a share of the list: newer ties break first."""
    refollows: float = 0.0
    """Former members that come back, or, where there are none, members that leave for a while."""
    suspensions: float = 0.0
    reinstatements: float = 0.0
    deletions: float = 0.0
    protections: float = 0.0
    renames: float = 0.0
    purges: float = 0.0
    purged: int = 50
    """Members suspended in one minute by one purge."""


class View(Protocol):
    """What the generator may know of the world."""

    def size(self, owner: str, side: Direction) -> int:
        """How many members a list has, the hidden ones too."""
        ...

    def member(self, owner: str, side: Direction, rank: int) -> str:
        """The member at a rank, 0 the newest."""
        ...

    def former(self, owner: str, side: Direction) -> Sequence[str]:
        """Those that were members once and are not."""
        ...

    def hidden(self, owner: str, side: Direction) -> Sequence[str]:
        """Members that are suspended or deleted."""
        ...

    def state(self, native_id: str) -> State:
        """What an account is."""
        ...

    def someone(self, number: float) -> str:
        """Any account, by a number in [0, 1)."""
        ...

    def has(self, owner: str, side: Direction, native_id: str) -> bool:
        """Whether an account is in a list."""
        ...


def changes(
    view: View, rates: Mapping[tuple[str, Direction], Rates], *, seed: int, day: int, start: float
) -> list[Change]:
    """What happens on the day that begins at `start`, in order of time."""
    planned: list[Change] = []
    for (owner, side), rate in rates.items():
        chance = random.Random(f"{seed}:{day}:{owner}:{side.value}")  # noqa: S311 - repeatable
        planned += _List(view, owner, side, rate, chance, start).day()
    return sorted(planned, key=lambda change: change.at)


class _List:
    """One list's day."""

    def __init__(  # noqa: PLR0913, PLR0917 - made in one place
        self,
        view: View,
        owner: str,
        side: Direction,
        rates: Rates,
        chance: random.Random,
        start: float,
    ) -> None:
        self._view, self._owner, self._side = view, owner, side
        self._rates, self._chance, self._start = rates, chance, start

    def day(self) -> Iterator[Change]:
        rates = self._rates
        yield from self._each(rates.follows, self._follow)
        yield from self._each(rates.unfollows, self._unfollow)
        yield from self._each(rates.refollows, self._refollow)
        yield from self._each(rates.suspensions, lambda at: self._become(at, Kind.SUSPEND))
        yield from self._each(rates.deletions, lambda at: self._become(at, Kind.DELETE))
        yield from self._each(rates.protections, lambda at: self._become(at, Kind.PROTECT))
        yield from self._each(rates.renames, self._rename)
        yield from self._each(rates.reinstatements, self._reinstate)
        yield from self._each(rates.purges, self._purge)

    def _each(self, mean: float, make: Callable[[float], list[Change]]) -> Iterator[Change]:
        for _ in range(poisson(self._chance, mean)):
            yield from make(self._start + self._chance.random() * DAY)

    def _follow(self, at: float) -> list[Change]:
        new = self._chance.random() < self._rates.newcomers
        found = None if new else self._stranger()
        return [self._edge(at, Kind.FOLLOW, found or snowflake(at, self._chance))]

    def _stranger(self) -> str | None:
        """Somebody who is not in the list; None where nearly all are."""
        tries = (self._view.someone(self._chance.random()) for _ in range(_TRIES))
        owner, side = self._owner, self._side
        there = (who for who in tries if who != owner and self._view.state(who) is State.ACTIVE)
        return next((who for who in there if not self._view.has(owner, side, who)), None)

    def _unfollow(self, at: float) -> list[Change]:
        return [self._edge(at, Kind.UNFOLLOW, who) for who in self._members(1)]

    def _refollow(self, at: float) -> list[Change]:
        former = self._view.former(self._owner, self._side)
        if former and self._chance.random() < 0.5:
            return [self._edge(at, Kind.FOLLOW, self._chance.choice(former))]
        back = at + self._chance.uniform(1.0, 3600.0)
        return [
            change
            for who in self._members(1)
            for change in (
                self._edge(at, Kind.UNFOLLOW, who),
                self._edge(back, Kind.FOLLOW, who),
            )
        ]

    def _become(self, at: float, kind: Kind) -> list[Change]:
        return [Change(at, kind, who) for who in self._members(1)]

    def _rename(self, at: float) -> list[Change]:
        handle = f"renamed_{self._chance.randrange(36**4):06d}"
        return [Change(at, Kind.RENAME, who, handle) for who in self._members(1)]

    def _reinstate(self, at: float) -> list[Change]:
        hidden = self._view.hidden(self._owner, self._side)
        return [Change(at, Kind.REINSTATE, self._chance.choice(hidden))] if hidden else []

    def _purge(self, at: float) -> list[Change]:
        gone = self._members(self._rates.purged, depth=1.0)
        return [Change(at + self._chance.random() * 60, Kind.SUSPEND, who) for who in gone]

    def _members(self, number: int, depth: float | None = None) -> list[str]:
        """Some that are there, nearer the head the smaller the depth; fewer if need be."""
        size = self._view.size(self._owner, self._side)
        deep = max(1.0, size * (self._rates.depth if depth is None else depth))
        ranks = {
            int(self._chance.expovariate(1 / deep)) % size: None for _ in range(number) if size
        }
        found = (self._view.member(self._owner, self._side, rank) for rank in ranks)
        there = (State.ACTIVE, State.PROTECTED)
        return [who for who in found if self._view.state(who) in there]

    def _edge(self, at: float, kind: Kind, who: str) -> Change:
        inbound = self._side is Direction.FOLLOWERS
        return Change(at, kind, who, self._owner) if inbound else Change(at, kind, self._owner, who)


def poisson(chance: random.Random, mean: float) -> int:
    """A Poisson distributed number: arrivals in one unit of time (Knuth, TAOCP 2, 3.4.1)."""
    count, at = 0, chance.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + chance.expovariate(1.0)
    return count


def snowflake(at: float, chance: random.Random) -> str:
    """The id of an account made at that time."""
    return str((int(at * 1000) - _EPOCH_MS << 22) + chance.randrange(1 << 22))
