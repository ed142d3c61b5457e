"""How often each list is read, and what that costs: the policy on this installation's lists."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from pipeline.domain.graph import money, paging, policy, prices
from pipeline.domain.graph.policy import Sweeping, Watched
from pipeline.domain.graph.rates import Seen
from pipeline.settings import Graph
from pipeline.store.graph.credentials import CredentialRow
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.profiles import AccountRow

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
    polls: float = 1.0
    """Per day."""
    sweep_days: float = 30.0


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
        sweeps = [
            Sweeping(each.price * (each.size or 0), each.row.sweep_days)
            for each in group
            if each.may_sweep
        ]
        longer = policy.stretch(sweeps, budget=budget / 2)
        # Whoever is new has to be paid for whenever they are found.
        news = sum(each.price * _rate(each) for each in group)
        left = budget - policy.daily_cost(sweeps) / longer - news
        polls = policy.polls_per_day(
            [Watched(each.row.interest, _rate(each), self._poll_cost(each)) for each in group],
            budget=max(left, budget / 10),
            rereads_free=group[0].price > 0,
        )
        return [
            each._replace(polls=often, sweep_days=each.row.sweep_days * longer)
            for each, often in zip(group, polls, strict=True)
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
        largest = prices.quota(each.owner.network, each.row.direction).page
        page = paging.head_size(0.0, overlap=self._graph.overlap, largest=largest)
        return float(each.price * page)


def _purse(each: Standing) -> tuple[str, bool]:
    """What pays for a list: an app's money, or the calls of a credential that cost none."""
    paid = each.price > 0
    return (each.credential.app if paid else each.credential.name), paid


def _rate(each: Standing) -> float:
    return Seen(each.row.changes, each.row.days).per_day
