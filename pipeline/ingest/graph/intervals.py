"""How often each list is read, and what that costs: the policy on this installation's lists."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import exp
from typing import NamedTuple

from pipeline.domain.graph import fence, money, paging, policy, prices
from pipeline.domain.graph.policy import Sweeping, Watched
from pipeline.domain.graph.rates import Seen
from pipeline.settings import Graph
from pipeline.store.graph.credentials import CredentialRow
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.profiles import AccountRow

COUNTED_SWEEPS = 3.0
"""A list whose count is watched, and which is searched when it falls, is swept so much less often."""

CYCLE_DAYS = 30
"""Of a billing cycle, for what its cap comes to a day."""

_DAY_S = 86_400

Kept = tuple[ListRow, AccountRow, CredentialRow]
"""A list, its owner, and whom it is read as."""


class Standing(NamedTuple):
    """A list, what it costs, and how often it should be read."""

    row: ListRow
    owner: AccountRow
    credential: CredentialRow
    size: int | None
    """People, as the network counts."""
    price: int
    """Of one person, in micro-dollars."""
    may_sweep: bool = False
    """Whether a sweep may begin that nobody asked for: it is paid by the scheduled share of a day."""
    counts: bool = False
    """Whether its network's count is asked for, and its head only read when that changed."""
    polls: float = 1.0
    """Per day."""
    sweep_days: float = 30.0
    searched: bool = False
    """Whether those who left are looked for when its count tells so, and not by sweeps alone."""


class Intervals:
    """Applies the policy to all lists that share a purse: an app's, or a free network's windows."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._caps = money.caps(
            graph.daily_cap,
            graph.cycle_cap,
            share=graph.scheduled_share,
            cycle_day=graph.cycle_day,
        )

    def of(self, kept: Iterable[Kept]) -> list[Standing]:
        """Every list with its interval."""
        priced = sorted((self._priced(each) for each in kept), key=_purse)
        return [
            found for _, group in groupby(priced, key=_purse) for found in self._spread(list(group))
        ]

    def _priced(self, kept: Kept) -> Standing:
        row, owner, credential = kept
        owned = credential.owns(owner.native_id)
        price = prices.price(owner.network, row.direction, owned=owned).micros
        size: int | None = getattr(owner, row.direction)
        day = self._caps.day.scheduled
        may = price == 0 or (size is not None and size * price <= day)
        return Standing(row, owner, credential, size, price, may, sweep_days=row.sweep_days)

    def _spread(self, group: Sequence[Standing]) -> list[Standing]:
        budget = self._budget(group)
        group = self._counted(group, budget)
        sweeps = [_sweeping(each) for each in group if each.may_sweep]
        longer = policy.stretch(sweeps, budget=budget / 2)
        # Whoever is new has to be paid for whenever they are found.
        news = sum(each.price * _rate(each) for each in group)
        fixed = policy.daily_cost(sweeps) / longer + news + _counting(group)
        left = max(budget - fixed, budget / 10)
        watched = [Watched(each.row.interest, _rate(each), self._poll_cost(each)) for each in group]
        polls = policy.polls_per_day(watched, budget=left, rereads_free=group[0].price > 0)
        return [
            each._replace(polls=often, sweep_days=each.sweep_days * longer)
            for each, often in zip(group, polls, strict=True)
        ]

    def _counted(self, group: Sequence[Standing], budget: float) -> list[Standing]:
        """Which lists to count: where a look-up costs less than a head, and all of them are cheap."""
        counted = [each._replace(counts=_counting([each]) < self._head(each)) for each in group]
        if _counting([each for each in counted if each.counts]) > budget / 2:
            return list(group)
        return [
            each._replace(searched=True, sweep_days=each.sweep_days * COUNTED_SWEEPS)
            if each.counts and _is_short(each)
            else each
            for each in counted
        ]

    def _budget(self, group: Sequence[Standing]) -> float:
        """Micro-dollars a day; of a free network, calls."""
        if group[0].price:
            return min(self._caps.day.scheduled, self._caps.cycle.scheduled / CYCLE_DAYS)
        quota = prices.quota(group[0].owner.network, group[0].row.direction)
        return quota.calls * _DAY_S / quota.seconds * self._graph.scheduled_share

    def _poll_cost(self, each: Standing) -> float:
        if not each.price:
            return 1.0
        if each.counts:  # on days on which its count grows
            grows = 1 - exp(-_rate(each))
            return each.price * (self._graph.overlap + 1) * grows
        return float(self._head(each))

    def _head(self, each: Standing) -> int:
        largest = prices.quota(each.owner.network, each.row.direction).page
        return each.price * paging.head_size(0.0, overlap=self._graph.overlap, largest=largest)


def _sweeping(each: Standing) -> Sweeping:
    return Sweeping(each.price * (each.size or 0), each.sweep_days)


def _is_short(each: Standing) -> bool:
    """Whether all of it is in the fence, so that any member can be missed from the head on."""
    return each.size is not None and each.size <= fence.LENGTH


def _counting(group: Sequence[Standing]) -> int:
    """What counting costs a day: each owner once."""
    owners = {each.owner.ord: each.owner.network for each in group if each.price}
    return sum(prices.price(net, prices.USER, owned=False).micros for net in owners.values())


def _purse(each: Standing) -> tuple[str, bool]:
    """What pays for a list: an app's money, or the calls of a credential that cost none."""
    paid = each.price > 0
    return (each.credential.app if paid else each.credential.name), paid


def _rate(each: Standing) -> float:
    return Seen(each.row.changes, each.row.days).per_day
