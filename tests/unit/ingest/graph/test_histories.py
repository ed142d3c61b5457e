"""Random histories of a list: what is kept of them is true, and as exact as it claims."""

from collections.abc import Callable
from datetime import datetime
from random import Random

import pytest

from pipeline.domain.graph.kinds import AccountState
from pipeline.store.database import Database
from pipeline.store.graph import accounts, stories
from tests.support.clock import FakeClock
from tests.support.follows import Keeper, moments


class Life:
    """Changes a list. Nobody changes twice before a whole look began and ended after it."""

    def __init__(self, random: Random, keeper: Keeper, *, pushes: bool) -> None:
        self.random, self.keeper, self.list = random, keeper, keeper.followers
        self.pushes = pushes
        self.changed: dict[str, datetime] = {}
        self.untold: list[tuple[str, datetime, bool]] = []
        self.next = 0

    def settle(self, began: datetime) -> None:
        """A whole look began then, and ended."""
        self.changed = {who: at for who, at in self.changed.items() if at >= began}

    def change(self) -> None:
        """One thing happens, or nothing."""
        act = self.random.choice([self._arrive, self._arrive, self._leave, self._leave,
                                  self._vanish, self._vanish, self._return, self._move])  # fmt: skip
        act()

    def tell(self) -> None:
        """Events come late, in any order, and some twice."""
        self.random.shuffle(self.untold)
        while self.untold and self.random.random() < 0.7:
            event = self.untold.pop() if self.random.random() < 0.9 else self.untold[-1]
            self.keeper.push(event[0], event[1], hash(event) % 10**9, gone=event[2])

    def _arrive(self) -> None:
        ever = {change.member for change in self.list.changes}
        former = sorted(ever - self.list.positions.keys() - self.changed.keys())
        self.next += 1
        name = self.random.choice(former) if former and self.next % 2 else f"n{self.next}"
        self._do(self.list.follow, name, gone=False)

    def _leave(self) -> None:
        self._pick(self.list.unfollow, gone=True)

    def _vanish(self) -> None:
        state = self.random.choice([AccountState.SUSPENDED, AccountState.DELETED])
        self._pick(lambda name: self.list.hide(name, state))

    def _return(self) -> None:
        hidden = sorted(self.list.states.keys() - self.changed.keys())
        if hidden:
            self._do(self.list.show, self.random.choice(hidden))

    def _move(self) -> None:
        """Unfollow and follow at once: the tail's member is at the head. Nobody sees the gap."""
        free = [who for who in self.list.visible()[8:] if who not in self.changed]
        if free:
            who = self.random.choice(free)
            self.list.unfollow(who)
            self.list.follow(who)
            del self.list.changes[-2:]
            self.changed[who] = self.keeper.clock()

    def _pick(self, act: Callable[[str], object], *, gone: bool | None = None) -> None:
        free = [who for who in self.list.visible() if who not in self.changed]
        if free:
            self._do(act, self.random.choice(free), gone=gone)

    def _do(self, act: Callable[[str], object], who: str, *, gone: bool | None = None) -> None:
        act(who)
        at = self.changed[who] = self.keeper.clock()
        if self.pushes and gone is not None and self.random.random() < 0.5:
            self.untold.append((who, at, gone))


def live(keeper: Keeper, random: Random, *, pushes: bool) -> datetime:
    """A few weeks of probes and sweeps, with changes between them and between their pages.

    When the first sweep was over: who left before may never have been seen.
    """
    life = Life(random, keeper, pushes=pushes)
    keeper.followers.follow(*(f"a{number}" for number in range(random.choice((4, 30, 60)))))
    known_from = keeper.clock()
    for turn in range(5):
        began = keeper.clock()
        keeper.sweep(lambda: random.random() < 0.5 and life.change(), lambda: random.random() < 0.2)
        keeper.confirm()
        life.settle(began)
        known_from = keeper.clock() if turn == 0 else known_from
        for _ in range(random.choice((0, 2, 5))):
            for _ in range(random.choice((1, 4))):
                keeper.clock.advance(hours=random.uniform(0, 20))
                life.change()
            life.tell()
            if random.random() < 0.7:
                keeper.probe()
    keeper.clock.advance(hours=1)
    keeper.sweep()
    keeper.confirm()
    return known_from


@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_is_what_happened(database: Database, clock: FakeClock, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - histories, no secrets
    keeper, first = Keeper(database, clock), clock()
    known_from = live(keeper, random, pushes=seed % 2 == 0)
    assert keeper.members() == set(keeper.followers.visible())
    check_ends(keeper, known_from)
    for at in moments(random, first, clock(), 40):
        known, truth = keeper.as_of(at), keeper.followers.at(at)
        assert keeper.names(known.certain) <= truth, at
        assert known.possible is None or truth <= keeper.names(known.possible), at


def check_ends(keeper: Keeper, known_from: datetime) -> None:
    """Nobody who was suspended is said to have left, and everybody who left is."""
    with keeper.database.read() as db:
        kept = stories.of_list(db, keeper.key)
        names = {ord_: row.native_id for ord_, row in accounts.many(db, kept).items()}
    told = {(names[ord_], span) for ord_, story in kept.items() for span in story if span.to_hi}
    changes = [each for each in keeper.followers.changes if each.at > known_from]
    for change in [each for each in changes if each.reason is not None]:
        matching = {
            span.end_reason
            for who, span in told
            if who == change.member and span.to_lo <= change.at <= span.to_hi
        }
        assert change.reason in matching, change
