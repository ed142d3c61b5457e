"""Reading a list's head: who is new there, who came again, and when enough is known to stop.

Lists are newest first, and a follow again moves a member to the head. So a known member counts as
met again only where the known ones keep their order; a reading stops after so many of those in a
row. The fence is the newest members of the last look, in its order.

Order of neighbours is not to be trusted, and who was out of sight comes back among the known ones:
`rows` tells what is in order all the same. Of two neighbours that changed places neither has
followed again.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.domain.graph.rows import Row

LENGTH = 2000
"""Members a fence keeps: most lists whole, so that one who left can be looked for from the head on."""


class Known(NamedTuple):
    """What the last look, and events since, know of a list."""

    fence: Sequence[int] = ()
    """The newest members in rank order, those included that left since."""
    open: Container[int] = frozenset()
    """Members now."""
    pushed: Container[int] = frozenset()
    """Members since the last look, by events: newer than the fence in an order nobody knows."""
    lapsed: Container[int] = frozenset()
    """Former members that were suspended, deleted or protected: they come back where they were."""


class Head(NamedTuple):
    """What a head shows so far. All are ordinals, newest first."""

    new: tuple[int, ...] = ()
    """No members until now, those included that come back after an absence."""
    recent: int = 0
    """As many of `new`, from the first, stand where the last look would have seen them."""
    refollowed: tuple[int, ...] = ()
    """Members that stand above ones they stood below: they left and came back."""
    missing: tuple[int, ...] = ()
    """Members of the fence that should have been met by now, and were not."""
    overlap: int = 0
    """Known members in rank order."""
    arrived: bool = False
    """Whether it came to those whom the last look began with, and little is left to be read."""
    stop: bool = False
    """Whether that was enough. A list that ends (no cursor) ends the reading too."""


def read(ids: Iterable[int], known: Known, overlap: int) -> Head:
    """What the ids of a list's first pages say, where `overlap` known ones in order are enough."""
    reading = _Reading(known, overlap)
    rest = iter(dict.fromkeys(ids))
    for member in rest:
        if reading.meet(member):
            break
    reading.pass_by(rest)
    return reading.head()


def renewed(
    seen: Iterable[int],
    fence: Sequence[int],
    still: Container[int],
    came: Container[int] = frozenset(),
) -> list[int]:
    """The next fence: `merged`, as far as fences go."""
    return merged(seen, fence, still, came)[:LENGTH]


def merged(
    seen: Iterable[int],
    before: Sequence[int],
    still: Container[int],
    came: Container[int] = frozenset(),
) -> list[int]:
    """What was seen now, and of the order before it those who are `still` members unseen.

    Those keep their place before the member they stood before, so that one who was hidden for a
    while is not taken for one who followed again. `came`: who has another place than before, for
    they followed anew; nobody stands before them.
    """
    order = list(dict.fromkeys(seen))
    places = set(order)
    ahead: dict[int, list[int]] = {}
    waiting: list[int] = []
    for member in before:
        if member in places:
            if member not in came:
                ahead[member], waiting = waiting, []
        elif member in still:
            waiting.append(member)
    return [each for member in order for each in (*ahead.get(member, ()), member)] + waiting


class _Reading:
    def __init__(self, known: Known, overlap: int) -> None:
        self._known = known
        self._enough = overlap
        self._ranks: Mapping[int, int] = {
            member: rank for rank, member in enumerate(known.fence) if member in known.open
        }
        self._beyond = len(known.fence)
        self._row = Row(self._ranks.values(), self._beyond)
        self._met: list[tuple[int, int | None]] = []  # with its rank; None for a new one
        self._below: list[int] = []  # past the head, where nobody has followed again
        self._overlap = 0
        self._stop = False

    def meet(self, member: int) -> bool:
        """Go on by one id; whether the head ends with it."""
        if member not in self._known.open:
            if member not in self._known.lapsed:
                self._row.interrupt()
            self._met.append((member, None))
        else:
            rank = self._ranks.get(member, self._beyond)
            if rank == self._beyond and member in self._known.pushed:
                return False
            self._row.add(rank)
            self._met.append((member, rank))
            self._stop = self._row.length >= self._enough
        self._overlap = self._row.length
        return self._stop

    def pass_by(self, members: Iterable[int]) -> None:
        """Go on below the head."""
        self._below = list(members)
        for member in self._below:
            if member in self._ranks:
                self._row.add(self._ranks[member])

    def head(self) -> Head:
        """What it comes to."""
        new = [member for member, rank in self._met if rank is None]
        new += [member for member in self._below if member not in self._known.open]
        return Head(
            new=tuple(new),
            recent=self._recent(len(new)),
            refollowed=self._refollowed(),
            missing=self._missing(),
            overlap=self._overlap,
            arrived=self._row.arrived,
            stop=self._stop,
        )

    def _recent(self, new: int) -> int:
        """New ones above a member that the last look ended below, for it met `overlap` in order."""
        if self._beyond < self._enough:  # it saw the whole list
            return new
        count, recent = 0, 0
        for _, rank in self._met:
            count += rank is None
            if rank is not None and rank < self._enough and rank in self._row:
                recent = count
        return recent

    def _refollowed(self) -> tuple[int, ...]:
        """Those with a lower rank below them, but for neighbours that changed places."""
        found = []
        lowest = after_next = self._beyond + 1  # ranks below the one looked at, and below the next
        following: int | None = None
        for member, rank in reversed(self._met):
            if rank is not None and lowest < rank:
                swapped = following is not None and following < rank <= after_next
                if not swapped:
                    found.append(member)
            after_next, following = lowest, rank
            lowest = lowest if rank is None else min(lowest, rank)
        return tuple(reversed(found))

    def _missing(self) -> tuple[int, ...]:
        passed, met = self._row.passed, {member for member, _ in self._met}.union(self._below)
        return tuple(m for m, rank in self._ranks.items() if rank < passed and m not in met)
