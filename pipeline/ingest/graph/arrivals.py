"""Who came: new members, those that are back, those that left and followed again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from pipeline.domain.graph import fence
from pipeline.domain.graph.fence import Head
from pipeline.domain.graph.kinds import EndReason
from pipeline.domain.graph.spans import latest
from pipeline.ingest.graph.looks import ARCHIVE, Before, Look, closing_head
from pipeline.store.graph.spans import Ending, Opening
from pipeline.store.graph.suspects import Suspect


class Arrivals(NamedTuple):
    """What a look's head tells: spans that ended without anybody's notice, spans that began."""

    head: Head
    left: list[Ending]
    again: list[Opening]
    new: list[Opening]


def arrivals(look: Look, past: Before, waiting: Mapping[int, Suspect], overlap: int) -> Arrivals:
    """Of a run's members, those that were none before, and those that followed again."""
    if look.run.source == ARCHIVE:  # in no order, so it has no head
        head, late = Head(tuple(m for m in look.order if m not in past.open)), Head()
    else:
        head, late = fence.read(look.order, past.known, overlap), closing_head(look, overlap)
    new = list(_new(look, past, head, frozenset(late.refollowed)))
    moved = [*_during(look, past, late.refollowed)]
    moved_too = frozenset(ending.member for ending, _ in moved)
    for member in head.refollowed:
        if member not in moved_too:
            moved += _before(look, past, waiting.get(member), member, overlap)
    return Arrivals(head, [each[0] for each in moved], [each[1] for each in moved], new)


def last_seen(past: Before, member: int, began: datetime, at: datetime, overlap: int) -> datetime:
    """When a look before `at` last saw a member that is no suspect, and was first seen when it began.

    Any head that was read to its end had `overlap` known members in it.
    """
    is_near = member in past.known.fence[:overlap]
    probed_at = past.row.probed_at if is_near else None
    return max(began, latest(past.row.swept_at, probed_at, before=at) or began)


def _new(look: Look, past: Before, head: Head, late: frozenset[int]) -> Iterable[Opening]:
    for place, member in enumerate(head.new):
        ended = past.ended.get(member)
        gone = None if ended is None else ended.to_hi
        at = look.first[member]
        if member in late or (gone is not None and gone >= at):
            at = look.last[member]  # only its second sight is of the span that lasts
        if gone is not None and gone >= at:  # an event told of its end after this page was read
            continue
        probed_at = past.row.probed_at if place < head.recent else None
        yield Opening(member, latest(past.row.swept_at, probed_at, gone, before=at), at)


def _during(look: Look, past: Before, moved: Iterable[int]) -> Iterable[tuple[Ending, Opening]]:
    """Those the sweep saw in their old place, and its closing pages in a new one."""
    for member in moved:
        began = past.open.get(member)
        if began is None:
            continue
        seen, again = max(began, look.first[member]), look.last[member]
        if seen < again:
            yield _moved(look, member, (seen, again), seen, again)


def _before(
    look: Look, past: Before, suspect: Suspect | None, member: int, overlap: int
) -> Iterable[tuple[Ending, Opening]]:
    """One whose new place only a follow since the last look explains."""
    at, began = look.first[member], past.open[member]
    if began >= at:
        return
    if suspect is not None and suspect.missed_at < at:
        seen, missed = suspect.seen_at, suspect.missed_at
        since = latest(missed, past.row.probed_at, before=at)
    else:
        seen, missed = last_seen(past, member, began, at, overlap), at
        since = latest(seen, past.row.probed_at, before=at)
    yield _moved(look, member, (seen, missed), since, at)


def _moved(
    look: Look,
    member: int,
    bounds: tuple[datetime, datetime],
    since: datetime | None,
    again: datetime,
) -> tuple[Ending, Opening]:
    ending = Ending(member, *bounds, EndReason.UNFOLLOWED, look.run.id)
    return ending, Opening(member, since, again)
