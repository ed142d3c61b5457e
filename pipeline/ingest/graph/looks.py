"""What a run saw of a list, and what was known of it before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import fence
from pipeline.domain.graph.fence import Head, Known
from pipeline.domain.graph.kinds import ListKey
from pipeline.domain.graph.packing import unpack
from pipeline.domain.graph.spans import LAPSED
from pipeline.store.graph import lists, runs, spans
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.runs import PageRow, RunRow
from pipeline.store.graph.spans import Ending

CLOSING = 1 << 20
"""Added to the numbers of a sweep's closing pages: no list has so many pages before them."""
ARCHIVE = "archive"
"""The source of runs whose members come in no order, and all of one moment."""


class Look(NamedTuple):
    """The pages of a run."""

    run: RunRow
    main: tuple[int, ...]
    """Members in rank order."""
    late: Head
    """What the closing pages show against the main ones, as if those were an earlier look."""
    order: Sequence[int]
    """Every member, newest first."""
    first: Mapping[int, datetime]
    """When each was seen first, and last."""
    last: Mapping[int, datetime]
    head_at: datetime
    """When the head was read last, far enough: who is newer was not there then."""
    ended_at: datetime
    """When the last page was read."""
    pages: int


class Before(NamedTuple):
    """What is known when the run ends: the list's row, of its ids who is a member, who was."""

    row: ListRow
    known: Known
    ended: Mapping[int, Ending]


def load(db: Connection, run: RunRow, overlap: int, *, at: datetime | None = None) -> Look:
    """A run's pages; `at` is the moment of them all, where they are of one."""
    pages = runs.pages(db, run.id)
    if at is not None:
        run = run._replace(started_at=at)
        pages = [page._replace(read_at=at) for page in pages]
    main = [page for page in pages if page.page_no < CLOSING]
    closing = pages[len(main) :]
    times = [page.read_at for page in main + closing] or [run.started_at]
    ids, again = _members(main), _members(closing)
    late = late_in(pages, overlap)
    came = {*late.new, *late.refollowed}
    return Look(
        run=run,
        main=ids,
        late=late,
        order=fence.merged(again, ids, frozenset(ids), came),
        first={member: page.read_at for page in reversed(pages) for member in page.members},
        last={member: page.read_at for page in pages for member in page.members},
        head_at=(closing if closing and late.stop else main)[0].read_at if main else times[0],
        ended_at=max(times),
        pages=len(pages),
    )


def late_in(pages: Sequence[PageRow], overlap: int) -> Head:
    """What a sweep's closing pages show against its main ones, as if those were an earlier look.

    A sweep of one page, which is of one moment, or of an empty list needs no closing pages.
    """
    main = [page for page in pages if page.page_no < CLOSING]
    everybody: set[int] = set()
    for page in main:
        everybody.update(page.members)
    if not everybody or len(pages) == 1:
        return Head(stop=True)
    known = Known(tuple(islice(_each(main), fence.LENGTH)), everybody)
    return fence.read(_each(pages[len(main) :]), known, min(overlap, len(everybody)))


def before(db: Connection, key: ListKey, ids: Iterable[int]) -> Before:
    """What is known of a list, and of these ids in it."""
    row = lists.get(db, key) or ListRow(key.owner, key.direction, "")
    top, wanted = unpack(row.fence), set(ids)
    opened = frozenset(spans.open_of(db, key, wanted.union(top)))
    ended = spans.last_ended(db, key, wanted - opened)
    pushed = spans.opened_since(db, key, row.probed_at) if row.probed_at else ()
    lapsed = {member for member, each in ended.items() if each.end_reason in LAPSED}
    return Before(row, Known(top, opened, frozenset(pushed), lapsed), ended)


def _members(pages: Iterable[PageRow]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(member for page in pages for member in page.members))


def _each(pages: Iterable[PageRow]) -> Iterator[int]:
    """As `_members`, as far as somebody asks."""
    met: set[int] = set()
    for page in pages:
        for member in page.members:
            if member not in met:
                met.add(member)
                yield member
