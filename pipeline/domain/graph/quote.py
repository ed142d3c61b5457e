"""What reading lists costs and how long it takes, before it is read.

A resource is charged once per UTC day, so pages cost by their members and not by their number, and
what was paid for today is free. Time follows from the windows alone: R calls at L per window of W
seconds take at least (ceil(R / L) - 1) * W, and credentials work side by side.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.domain.graph import days, paging, prices
from pipeline.domain.graph.kinds import Direction, Mode
from pipeline.domain.graph.money import dollars


class Wanted(NamedTuple):
    """A list to be read. Counts are the network's own; None: nobody knows."""

    account: str
    network: str
    direction: Direction
    mode: Mode
    """PROBE or SWEEP; a list that was never swept has to be, whatever is asked."""
    credential: str
    members: int | None
    owned: bool = False
    paid: int = 0
    """Members that were paid for today already."""
    fresh: float | None = None
    """Members expected to be new since the last look; None: it was never looked at."""
    assumed: bool = False
    """Whether nobody counted `members`, but whoever asks took them to be so many."""

    @property
    def sweeps(self) -> bool:
        """Whether all of it is read."""
        return self.mode is not Mode.PROBE or self.fresh is None

    @property
    def micros(self) -> int:
        """What a member costs."""
        return prices.price(self.network, self.direction, owned=self.owned).micros


class Line(NamedTuple):
    """What one list comes to. `naive`: reading all of it again, as a client without memory does."""

    requests: int
    price: int
    naive: int
    seconds: int
    """At least, alone."""


class Quote(NamedTuple):
    """What all of it comes to, in micro-dollars. Lists of unknown size are left out."""

    price: int
    naive: int
    requests: int
    seconds: int
    """At least."""
    unknown: int
    """Accounts with a list whose size nobody knows."""
    lookup: int
    """What it costs to ask the network for those sizes."""
    assumptions: Sequence[str]


def line(wanted: Wanted, *, overlap: int) -> Line | None:
    """What a list comes to; None where its size is not known.

    A sweep of more than a page reads the head once more before it ends. A probe is quoted at the
    whole of its first page, which is as large as makes a second one unlikely.
    """
    if wanted.members is None:
        return None
    quota = prices.quota(wanted.network, wanted.direction)
    naive = wanted.members * wanted.micros
    if wanted.fresh is None or wanted.sweeps:
        unpaid = max(0, wanted.members - wanted.paid)
        requests = days.pages(wanted.members, quota.page)
        return Line(requests, unpaid * wanted.micros, naive, quota.wait(requests))
    first = paging.head_size(wanted.fresh, overlap=overlap, largest=quota.page)
    size = min(first, wanted.members)
    return Line(1, size * wanted.micros, naive, 0)


def quote(lists: Sequence[Wanted], *, overlap: int) -> Quote:
    """What lists come to together. `overlap` is how many known members end a probe."""
    found = [(wanted, line(wanted, overlap=overlap)) for wanted in lists]
    known = [(wanted, each) for wanted, each in found if each is not None]
    unknown = {(wanted.network, wanted.account) for wanted, each in found if each is None}
    user = prices.USER
    return Quote(
        price=sum(each.price for _, each in known),
        naive=sum(each.naive for _, each in known),
        requests=sum(each.requests for _, each in known),
        seconds=_seconds(known),
        unknown=len(unknown),
        lookup=sum(prices.price(network, user, owned=False).micros for network, _ in unknown),
        assumptions=_assumptions(lists, overlap),
    )


def _seconds(known: Sequence[tuple[Wanted, Line]]) -> int:
    requests: dict[tuple[str, str, Direction], int] = defaultdict(int)
    for wanted, each in known:
        requests[wanted.network, wanted.credential, wanted.direction] += each.requests
    return max(
        (prices.quota(network, d).wait(calls) for (network, _, d), calls in requests.items()),
        default=0,
    )


def _assumptions(lists: Sequence[Wanted], overlap: int) -> list[str]:
    said = [_price(wanted) for wanted in lists]
    said.append("accounts have as many members as their network counts; its counts may be off")
    if guess := next((wanted.members for wanted in lists if wanted.assumed), None):
        said.append(f"where nobody knows how many there are, there are {guess:,}, as was asked for")
    if paid := sum(wanted.paid for wanted in lists if wanted.sweeps):
        said.append(f"{paid:,} members were paid for today: free until midnight UTC")
    costs = any(wanted.micros for wanted in lists)
    if costs and any(wanted.sweeps for wanted in lists):
        gone = dollars(prices.price(lists[0].network, prices.USER, owned=False).micros)
        said.append(
            "a sweep ends within the UTC day it began on: its head, read twice, is paid once"
        )
        said.append(f"why members are gone is looked up for {gone} each, which is not in the price")
    if any(not wanted.sweeps for wanted in lists):
        said.append(f"a probe is charged for its whole first page: who is new, and {overlap} known")
    said.append("nobody else uses these credentials' windows meanwhile")
    return list(dict.fromkeys(said))


def _price(wanted: Wanted) -> str:
    found = prices.price(wanted.network, wanted.direction, owned=wanted.owned)
    whose = "one's own " if found.owned else ""
    costs = f"{dollars(found.micros)} each" if found.micros else "free"
    return f"{whose}{found.kind}: {costs} ({found.source}, {found.as_of})"
