"""The demo's bill by its parts, beside that of who reads every list whole each day."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple, Self

from pipeline.cli.output import say, table
from pipeline.demo.follows.keeping import Keeping
from pipeline.domain.graph import prices
from pipeline.domain.graph.kinds import Direction, X
from pipeline.domain.graph.money import DOLLAR


class Paid(NamedTuple):
    """What was paid: for so many requests, and people in them."""

    requests: int
    people: int
    micros: int

    def minus(self, other: Self) -> "Paid":
        """What came after `other`."""
        return Paid(*(mine - its for mine, its in zip(self, other, strict=True)))

    def plus(self, other: Self) -> "Paid":
        """Both."""
        return Paid(*(mine + its for mine, its in zip(self, other, strict=True)))

    def times(self, times: float) -> "Paid":
        """The same so often."""
        return Paid(*(round(each * times) for each in self))


class Part(NamedTuple):
    """A part of the week: what it cost here, and what it costs without a memory."""

    name: str
    ours: Paid
    naive: Paid


def so_far(keeping: Keeping) -> Paid:
    """What the simulation has charged until now."""
    total = keeping.x.report()["total"]
    return Paid(total["asked"], total["charged"], round(total["dollars"] * DOLLAR))


def whole(sizes: Sequence[int]) -> Paid:
    """What anybody pays who reads lists of these sizes from beginning to end."""
    page = prices.quota(X, Direction.FOLLOWERS).page
    each = prices.price(X, Direction.FOLLOWERS, owned=False).micros
    requests = sum(max(1, ceil(size / page)) for size in sizes)
    return Paid(requests, sum(sizes), sum(sizes) * each)


def parts(
    spent: Sequence[Paid], before: Sequence[int], after: Sequence[int], *, days: int
) -> list[Part]:
    """The week's parts. `spent`: until the first reading was over, the week, and the last one.

    The days between have as many members as the lists' sizes at both ends say on average.
    """
    first, last = whole(before), whole(after)
    between = first.plus(last).times((days - 1) / 2)
    return [
        Part("first reading", spent[0], first),
        Part("the week between", spent[1].minus(spent[0]), between),
        Part("last reading", spent[2].minus(spent[1]), last),
    ]


def say_bill(keeping: Keeping, found: Sequence[Part]) -> None:
    """Print the parts and their sum, and what our own ledger says."""
    ours, naive = Paid(0, 0, 0), Paid(0, 0, 0)
    for part in found:
        ours, naive = ours.plus(part.ours), naive.plus(part.naive)
    say("\nWhat it would have cost, beside reading every list whole each day:\n")
    columns = ("", "requests", "people paid", "price", "naive", "times")
    table(columns, [_cells(part) for part in [*found, Part("together", ours, naive)]], empty="")
    with keeping.container.database.read() as db:
        ledger = keeping.container.graph.turnstile.spent(db, X).cycle
    say("\nThe first and the last reading are the same for everybody; the week between is not.")
    say(f"Our own ledger says {_money(ledger)}. Who reads naively is not told why anybody left.")


def _cells(part: Part) -> Sequence[str]:
    ours, naive = part.ours, part.naive
    times = f"{naive.micros / ours.micros:.1f}" if ours.micros else "-"
    figures = (f"{ours.requests:,}", f"{ours.people:,}")
    return part.name, *figures, _money(ours.micros), _money(naive.micros), times


def _money(micros: int) -> str:
    """Dollars and whole cents, so that a column lines up."""
    return f"${micros / DOLLAR:,.2f}"
