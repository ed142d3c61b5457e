"""What a run saw of a list, and what was known of it before."""

from collections.abc import Iterable, Mapping
from datetime import datetime
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
    closing: tuple[int, ...]
    """The same of the head, read once more at the end."""
    first: Mapping[int, datetime]
    """When each was seen first, and last."""
    last: Mapping[int, datetime]
    head_at: datetime
    """When the head was read last: who is newer was not there then."""
    ended_at: datetime
    """When the last page was read."""
    pages: int

    @property
    def order(self) -> tuple[int, ...]:
        """Every member, newest first."""
        return tuple(dict.fromkeys(self.closing + self.main))


class Before(NamedTuple):
    """What was known when the run ends: the list's row, of its ids who is a member, who was."""

    row: ListRow
    known: Known
    open: Mapping[int, datetime]
    ended: Mapping[int, Ending]


def load(db: Connection, run: RunRow, *, at: datetime | None = None) -> Look:
    """A run's pages; `at` is the moment of them all, where they are of one."""
    pages = runs.pages(db, run.id)
    if at is not None:
        run = run._replace(started_at=at)
        pages = [page._replace(read_at=at) for page in pages]
    main = [page for page in pages if page.page_no < CLOSING]
    closing = pages[len(main) :]
    times = [page.read_at for page in main + closing] or [run.started_at]
    return Look(
        run=run,
        main=_members(main),
        closing=_members(closing),
        first={member: page.read_at for page in reversed(pages) for member in page.members},
        last={member: page.read_at for page in pages for member in page.members},
        head_at=(closing or main or [PageRow(0, (), run.started_at)])[0].read_at,
        ended_at=max(times),
        pages=len(pages),
    )


def before(db: Connection, key: ListKey, ids: Iterable[int]) -> Before:
    """What is known of a list, and of these ids in it."""
    row = lists.get(db, key) or ListRow(key.owner, key.direction, "")
    top, wanted = unpack(row.fence), set(ids)
    opened = spans.open_among(db, key, wanted.union(top))
    ended = spans.last_ended(db, key, wanted - opened.keys())
    since = row.probed_at
    pushed = {member for member, at in opened.items() if since is not None and at > since}
    lapsed = {member for member, each in ended.items() if each.end_reason in LAPSED}
    return Before(row, Known(top, opened.keys(), pushed, lapsed), opened, ended)


def closing_head(look: Look, overlap: int) -> Head:
    """The closing pages against the sweep's own first ones."""
    if look.pages <= 1 or not look.main:  # a single page is of one moment
        return Head(stop=True)
    met = frozenset(look.main)
    known = Known(look.main[: fence.LENGTH], met)
    return fence.read(look.closing, known, min(overlap, len(met)))


def _members(pages: Iterable[PageRow]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(member for page in pages for member in page.members))
