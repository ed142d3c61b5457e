"""Making the bodies of /api/comments: read a thread, cut out what is wanted, write it out."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.api.encoding import ThreadHead, encode_thread
from pipeline.api.fragment import FormFields, render_form, render_list
from pipeline.api.negotiation import gzipped
from pipeline.api.tree import Cursor, Node, arrange, cut
from pipeline.store import published, threads
from pipeline.store.database import Database
from pipeline.store.threads import Thread

Stamp = tuple[int, int]
"""What an answer was made from: the thread's version and count."""

LONGEST_KEPT = 5_000
"""Comments of a thread that is kept between its parts: 4 MB or so."""


class Wanted(NamedTuple):
    """A representation of a part of a thread. A cached HTML body is without its form."""

    site: str
    page: str
    html: bool
    gzip: bool
    after: Cursor | None
    limit: int


class Arranged(NamedTuple):
    """A whole thread in reading order."""

    site: str
    page: str
    stamp: Stamp
    nodes: Sequence[Node]

    def has(self, wanted: Wanted, stamp: Stamp) -> bool:
        """Whether what is wanted is a part of it, as it is now."""
        return (self.site, self.page, self.stamp) == (wanted.site, wanted.page, stamp)


class Built(NamedTuple):
    """A body and the thread it is a part of; `unfinished` where that is worth keeping for the next."""

    thread: Arranged
    body: bytes
    unfinished: bool


def read_and_build(database: Database, wanted: Wanted) -> Built:
    """Read the thread and write out what is wanted of it."""
    with database.read() as db:
        # The row first: a change between the two reads makes the body newer than its stamp says,
        # never older.
        thread = threads.get(db, wanted.site, wanted.page)
        rows = published.on_page(db, wanted.site, wanted.page)
    return build(Arranged(wanted.site, wanted.page, stamp_of(thread), arrange(rows)), wanted)


def build(thread: Arranged, wanted: Wanted) -> Built:
    """Write out what is wanted of a thread."""
    part = cut(thread.nodes, after=wanted.after, limit=wanted.limit)
    count = thread.stamp[1]
    if wanted.html:
        body = render_list(wanted.page, wanted.site, count, part)
    else:
        body = encode_thread(ThreadHead(wanted.page, count), part)
        body = gzipped(body) if wanted.gzip else body
    return Built(thread, body, part.next is not None and len(thread.nodes) <= LONGEST_KEPT)


def end(body: bytes, form: FormFields, wanted: Wanted) -> bytes:
    """An HTML body with its form."""
    whole = body + render_form(form)
    return gzipped(whole) if wanted.gzip else whole


def stamp_of(thread: Thread | None) -> Stamp:
    """What answers made of this row are stamped with."""
    return (0, 0) if thread is None else (thread.version, thread.size)
