"""Worlds whose lists change by themselves, and the accounts in them that are watched.

Rates follow the facts' example (section 4D: 10,000 followers, 20 come and 10 go in a day): lists gain
0.2 % of their length in a day and lose half as many, each account's rate spread lognormally around
that. One in ten of those who go is suspended or has deleted its account. Newer ties break first.
"""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.simulators.x.changes import Rates
from tests.simulators.x.drift import Drift
from tests.simulators.x.graph import read_edges
from tests.simulators.x.kinds import Change, Direction, Kind
from tests.simulators.x.world import World

COME, GO, GONE = 0.002, 0.0009, 0.0001
"""Per member and day: follow, unfollow, are suspended or deleted."""
SPREAD = 0.8
"""The sigma of the lognormal that each account's rates are multiplied with."""
_OF_ACCOUNTS = {Kind.SUSPEND, Kind.DELETE, Kind.PROTECT}


class Watched(NamedTuple):
    """A world, and whose followers are watched in it: native ids."""

    world: World
    owners: Sequence[str]
    sizes: Sequence[int]


def of_edges(path: Path, *, accounts: int, smallest: int, seed: int, start: float) -> Watched:
    """Watch accounts of an edge list whose follower counts are spread evenly in their logarithm."""
    edges = list(read_edges(path))
    sizes: dict[str, int] = {}
    for _, followed in edges:
        sizes[followed] = sizes.get(followed, 0) + 1
    ranked = sorted((size, owner) for owner, size in sizes.items() if size >= smallest)
    wanted = _spread(smallest, ranked[-1][0], accounts)
    owners: dict[str, int] = {}
    for want in wanted:
        size, owner = min(
            (each for each in ranked if each[1] not in owners), key=lambda each: abs(each[0] - want)
        )
        owners[owner] = size
    return _watched(edges, owners, seed=seed, start=start)


def made_up(*, accounts: int, smallest: int, largest: int, seed: int, start: float) -> Watched:
    """Watch accounts of so many followers each, drawn from a crowd half as large again."""
    wanted = _spread(smallest, largest, accounts)
    owners = {str(number): size for number, size in enumerate(wanted, start=1)}
    crowd = range(1_000, 1_000 + largest * 3 // 2)
    chance = random.Random(f"crowd {seed}")  # noqa: S311 - the same world every time

    def edges() -> Iterator[tuple[str, str]]:
        for owner, size in owners.items():
            for follower in chance.sample(crowd, size):
                yield str(follower), owner

    return _watched(edges(), owners, seed=seed, start=start)


def _spread(smallest: int, largest: int, number: int) -> list[int]:
    ratio = (largest / smallest) ** (1 / max(number - 1, 1))
    return [round(smallest * ratio**each) for each in range(number)]


def _watched(
    edges: Sequence[tuple[str, str]] | Iterator[tuple[str, str]],
    owners: dict[str, int],
    *,
    seed: int,
    start: float,
) -> Watched:
    chance = random.Random(f"rates {seed}")  # noqa: S311 - the same rates every time
    plan = {
        (owner, Direction.FOLLOWERS): _rates(size * chance.lognormvariate(0.0, SPREAD))
        for owner, size in owners.items()
    }
    drift = Drift(plan, seed=seed)

    def planner(world: World, day: int) -> list[Change]:
        """All but what would close a watched list itself."""
        return [
            change
            for change in drift(world, day)
            if not (change.kind in _OF_ACCOUNTS and change.source in owners)
        ]

    world = World(edges, seed=seed, start=start, planner=planner)
    return Watched(world, list(owners), list(owners.values()))


def _rates(size: float) -> Rates:
    return Rates(
        follows=COME * size,
        unfollows=GO * size,
        refollows=GO * size / 20,
        suspensions=GONE * size / 2,
        deletions=GONE * size / 2,
        reinstatements=GONE * size / 10,
        protections=GONE * size / 4,
        renames=GONE * size,
    )
