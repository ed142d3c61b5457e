"""How many people a page asks for, and when a list that does not end is given up.

X charges for each person returned, not for each request (facts: small pages for heads of lists), so a
probe asks for what it expects to be new plus the overlap that proves it has seen everything new:
p = ceil(x + k + 3 sqrt(x + 1)) for x expected, which one page in a hundred exceeds.
A second page is as large again where the first one had reached the last look's head, which is enough for
all but disorder; where it had not, the expectation was wrong by nobody knows how much, and the largest
page keeps requests at ceil(n / P) + 1.
"""

from math import ceil, sqrt

MOST_EMPTY = 3
"""Empty pages in a row that a network may send before its cursor is taken for a loop."""

LEAST_SWEEP = 20
"""People a sweep's page asks for at least: below that, it waits for money."""

SEARCH = 20
"""People at most on a page that looks for those who left: who lies below them is paid for in vain."""

_PER_LOSS = 5
"""People on such a page for each who is still to be found: the last one ends the search."""

_MARGIN = 50
"""More than the network's count: counts lag behind lists."""


def head_size(expected: float, *, overlap: int, largest: int) -> int:
    """The size of a probe's first page, with `expected` people new since the last look."""
    return min(largest, ceil(expected + overlap + 3 * sqrt(expected + 1)))


def following_size(last: int, *, arrived: bool, largest: int) -> int:
    """The size of a probe's next page; `arrived`: the page before came to the last look's head."""
    return min(last, largest) if arrived else largest


def search_size(losses: int) -> int:
    """The size of the next page when so many who left are still to be found."""
    return min(SEARCH, _PER_LOSS * max(1, losses))


def sweep_size(left: int | None, *, largest: int) -> int:
    """The size of a sweep's page with `left` people to come as far as known.

    Not the largest always: a page reserves money for every person it asks for. Where more came than
    the network counts, its count is no guide.
    """
    return largest if left is None or left <= 0 else min(largest, left + _MARGIN)


def within_means(size: int, means: int | None, *, least: int) -> int:
    """As much of `size` as `means`, the people that can be paid for; None: they cost nothing.

    Where not even `least` can be paid for, those are asked for: the budget says no, and why.
    """
    if means is None or means >= size:
        return size
    return max(means, min(least, size))


def loop_in(
    *, asked: str | None, answered: str | None, empty: int, people_asked: int, count: int | None
) -> str | None:
    """Why a list's pages go round in circles; None while they do not.

    `asked` and `answered` are cursors, `empty` the empty pages in a row, `people_asked` the sum of
    the sizes of all pages so far, `count` what the network says the list's length is.
    """
    if answered is None:
        return None
    if answered == asked:
        return "the network answered a page with the cursor of that same page"
    if empty > MOST_EMPTY:
        return f"the network sent {empty} empty pages in a row and says there are more"
    if count is not None and people_asked > 2 * (count + 1000):
        return f"{people_asked} people were asked for, and the network counts {count}"
    return None
