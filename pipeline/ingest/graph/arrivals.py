"""Who came: new members, those that are back, those that left and followed again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import fence
from pipeline.domain.graph.fence import Head
from pipeline.domain.graph.kinds import EndReason
from pipeline.domain.graph.spans import latest
from pipeline.ingest.graph.looks import ARCHIVE, Before, Look
from pipeline.store.graph import spans
from pipeline.store.graph.spans import Ending, Opening
from pipeline.store.graph.suspects import Suspect


class Arrivals(NamedTuple):
    """What a look's head tells: spans that ended without anybody's notice, spans that began."""

    head: Head
    left: list[Ending]
    again: list[Opening]
    new: list[Opening]


def arrivals(
    db: Connection, look: Look, past: Before, waiting: Mapping[int, Suspect], overlap: int
) -> Arrivals:
    """Of a run's members, those that were none before, and those that followed again."""
    if look.run.source == ARCHIVE:  # in no order, so it has no head
        head = Head(tuple(m for m in look.order if m not in past.known.open))
    else:
        head = fence.read(look.order, past.known, overlap)
    new = list(_new(look, past, head))
    began = spans.open_among(db, look.run.key, {*head.refollowed, *look.late.refollowed})
    moved = [*_during(look, began)]
    twice = frozenset(ending.member for ending, _ in moved)
    moved += [
        _before(look, past, waiting.get(member), (member, began[member]), overlap)
        for member in head.refollowed
        if member not in twice and began[member] < look.first[member]
    ]
    return Arrivals(head, [each[0] for each in moved], [each[1] for each in moved], new)


def last_seen(past: Before, member: int, began: datetime, at: datetime, overlap: int) -> datetime:
    """When a look before `at` last saw a member that is no suspect, and was first seen when it began.

    Any head that was read to its end had `overlap` known members in it.
    """
    is_near = member in past.known.fence[:overlap]
    probed_at = past.row.probed_at if is_near else None
    return max(began, latest(past.row.swept_at, probed_at, before=at) or began)


def _new(look: Look, past: Before, head: Head) -> Iterable[Opening]:
    late = frozenset(look.late.refollowed)
    for place, member in enumerate(head.new):
        ended = past.ended.get(member)
        gone = () if ended is None else (ended.to_hi,)
        at = look.first[member]
        if member in late or any(moment >= at for moment in gone):
            at = look.last[member]  # only its second sight is of the span that lasts
        if any(moment >= at for moment in gone):  # an event told of its end since
            continue
        probed_at = past.row.probed_at if place < head.recent else None
        looked = [each for each in (past.row.swept_at, probed_at, *gone) if each is not None]
        yield Opening(member, latest(*looked, before=at) if looked else None, at)


def _during(look: Look, began: Mapping[int, datetime]) -> Iterable[tuple[Ending, Opening]]:
    """Those the sweep saw in their old place, and its closing pages in a new one."""
    for member in look.late.refollowed:
        if member not in began:
            continue
        seen, again = max(began[member], look.first[member]), look.last[member]
        if seen < again:
            yield _moved(look, member, (seen, again), seen, again)


def _before(
    look: Look, past: Before, suspect: Suspect | None, span: tuple[int, datetime], overlap: int
) -> tuple[Ending, Opening]:
    """One whose new place only a follow since the last look explains: who, and since when."""
    member, began = span
    at = look.first[member]
    if suspect is not None and suspect.missed_at < at:
        seen, missed = suspect.seen_at, suspect.missed_at
        since = latest(missed, past.row.probed_at, before=at)
    else:
        seen, missed = last_seen(past, member, began, at, overlap), at
        since = latest(seen, past.row.probed_at, before=at)
    return _moved(look, member, (seen, missed), since, at)


def _moved(
    look: Look,
    member: int,
    bounds: tuple[datetime, datetime],
    since: datetime | None,
    again: datetime,
) -> tuple[Ending, Opening]:
    ending = Ending(member, *bounds, EndReason.UNFOLLOWED, look.run.id)
    return ending, Opening(member, since, again)
