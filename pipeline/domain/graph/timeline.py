"""One edge in time, and what a look at any moment, also a past one, adds to it.

A span's begin lies in (from_lo, from_hi], its end in (to_lo, to_hi]. A look narrows the bound its
moment falls in, whatever was learnt since; between two looks that agree, an edge is taken to have
lasted. So looks may come in any order.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pipeline.domain.graph.kinds import EndReason


class Span(NamedTuple):
    """A row of edge_span, without whose edge it is."""

    from_hi: datetime
    from_lo: datetime | None
    to_lo: datetime | None = None
    to_hi: datetime | None = None
    end_reason: EndReason | None = None
    run_from: int = 0
    run_to: int | None = None

    def is_there(self, at: datetime) -> bool:
        """Whether the edge surely was."""
        return self.from_hi <= at and (self.to_lo is None or at <= self.to_lo)

    def may_begin_at(self, at: datetime) -> bool:
        """Whether a moment is within the bounds of its begin."""
        return at < self.from_hi and (self.from_lo is None or self.from_lo < at)

    def may_end_at(self, at: datetime) -> bool:
        """Whether a moment is within the bounds of its end."""
        return self.to_lo is not None and self.to_hi is not None and self.to_lo < at < self.to_hi


class Look(NamedTuple):
    """A whole list at a moment, and the whole lists nearest to that moment, as far as there are."""

    at: datetime
    run: int
    before: datetime | None = None
    after: datetime | None = None


class Change(NamedTuple):
    """A span that takes the place of another, or of none."""

    old: Span | None
    new: Span


def seen(spans: Sequence[Span], look: Look) -> Sequence[Change]:
    """What changes where the edge was there. `spans` are the edge's, oldest first."""
    at = look.at
    if any(span.is_there(at) for span in spans):
        return ()
    for span in spans:
        if span.may_end_at(at):
            return (Change(span, span._replace(to_lo=at)),)
    for span in spans:
        if span.may_begin_at(at):
            return (Change(span, span._replace(from_hi=at, run_from=look.run)),)
    return (Change(None, _between(spans, look)),)


def missed(spans: Sequence[Span], look: Look) -> Sequence[Change]:
    """What changes where the edge was not there."""
    at, changes = look.at, list[Change]()
    for span in spans:
        if span.may_begin_at(at):
            changes.append(Change(span, span._replace(from_lo=at)))
        elif span.may_end_at(at):
            changes.append(Change(span, span._replace(to_hi=at, run_to=look.run)))
        elif span.from_hi < at and span.is_there(at):
            changes.extend(_parted(span, look))
    return changes


def _between(spans: Sequence[Span], look: Look) -> Span:
    """An edge that no look saw but this one; still there where nobody looked after it."""
    at = look.at
    ended = [span.to_hi for span in spans if span.to_hi is not None and span.to_hi <= at]
    absent = [moment for moment in (look.before, *ended) if moment is not None]
    begun = [span.from_lo for span in spans if span.from_lo is not None and span.from_lo >= at]
    later = [moment for moment in (look.after, *begun) if moment is not None]
    new = Span(at, max(absent, default=None), run_from=look.run)
    return _ended(new, at, min(later), look.run) if later else new


def _parted(span: Span, look: Look) -> Sequence[Change]:
    """An edge that was taken to have lasted: it ended before this look, and began again after it."""
    last = span.from_hi if look.before is None else max(span.from_hi, look.before)
    changes = [Change(span, _ended(span, last, look.at, look.run))]
    next_seen = [moment for moment in (look.after, span.to_lo) if moment is not None]
    if next_seen:
        again = min(next_seen)
        changes.append(Change(None, span._replace(from_lo=look.at, from_hi=again)))
    return changes


def _ended(span: Span, to_lo: datetime, to_hi: datetime, run: int) -> Span:
    return span._replace(to_lo=to_lo, to_hi=to_hi, end_reason=EndReason.UNKNOWN, run_to=run)
