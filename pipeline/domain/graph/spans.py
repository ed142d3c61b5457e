"""Spans: how long an edge lasted, as far as looks and events bound it.

A look only bounds a change: it came after the last look without it. A span began in
(from_lo, from_hi] and ended in (to_lo, to_hi]:

    from_lo  last known not to be there; None where nobody ever looked before
    from_hi  first seen
    to_lo    last seen
    to_hi    first known to be gone; None while it lasts

An event gives the moment itself: both bounds are the same. Spans of an edge come here in their order
and never overlap. What is told late may tighten bounds, divide a span or fill a gap, and never
undoes what was seen later; told again it changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.domain.graph.kinds import EndReason

LAPSED = frozenset({EndReason.SUSPENDED, EndReason.DELETED, EndReason.PROTECTED})
"""Ends that are not the member's doing: one who is seen after it has returned, not followed anew."""
DELAY = timedelta(hours=1)
"""An event may be dated so long after what it tells: a follow seen before it is taken for its own."""
LAG = timedelta(minutes=1)
"""A list may show a follow so late: a look within it that lacks the member proves nothing."""


class Span(NamedTuple):
    """One lasting of an edge. `run_from` and `run_to` are the runs or events that say so."""

    from_lo: datetime | None
    from_hi: datetime
    to_lo: datetime | None = None
    to_hi: datetime | None = None
    end_reason: EndReason | None = None
    run_from: int = 0
    run_to: int | None = None

    @property
    def is_exact(self) -> bool:
        """Whether an event told when it began."""
        return self.from_lo == self.from_hi

    def may_begin(self, at: datetime) -> bool:
        """Whether it may have begun then."""
        return at <= self.from_hi and (self.from_lo is None or self.from_lo <= at)

    def may_end(self, at: datetime) -> bool:
        """Whether it may have ended then."""
        return self.to_lo is not None and self.to_hi is not None and self.to_lo <= at <= self.to_hi

    def holds(self, at: datetime) -> bool:
        """Whether it was surely there then; while it lasts, as far as anybody knows."""
        return self.from_hi <= at and (self.to_lo is None or at <= self.to_lo)

    def ended(
        self, to_lo: datetime, to_hi: datetime, reason: EndReason, run_to: int | None
    ) -> "Span":
        """The span with an end."""
        return self._replace(to_lo=to_lo, to_hi=to_hi, end_reason=reason, run_to=run_to)


class Sight(NamedTuple):
    """What looks at the edge's lists say of it, beside its spans."""

    present: datetime | None = None
    """The newest look that saw it, where it lasts."""
    absent: datetime | None = None
    """The newest look that would have seen it, where it does not."""


Spans = Sequence[Span]


def followed(spans: Spans, at: datetime, by: int, sight: Sight) -> list[Span]:
    """The spans after an event: it began at that moment."""
    for place, span in enumerate(spans):
        if span.may_begin(at):
            exact = span if span.is_exact else span._replace(from_lo=at, from_hi=at, run_from=by)
            return [*_cut(spans[:place], at), exact, *spans[place + 1 :]]
        if span.holds(at):
            return [*spans[:place], *_again(span, at, by, sight), *spans[place + 1 :]]
        if span.may_end(at) and at != span.to_hi and not _begins_later(spans, place, at):
            return [*spans[:place], *_again(span, at, by, sight), *spans[place + 1 :]]
    return _between(spans, Span(at, at, run_from=by), sight)


def unfollowed(spans: Spans, at: datetime, by: int, sight: Sight) -> list[Span]:
    """The spans after an event: it ended at that moment."""
    for place, span in enumerate(spans):
        before, after = spans[:place], spans[place + 1 :]
        if span.may_end(at):
            reason = span.end_reason if span.end_reason in LAPSED else EndReason.UNFOLLOWED
            if span.to_lo != span.to_hi or reason != span.end_reason:
                span = span.ended(at, at, reason or EndReason.UNFOLLOWED, by)  # noqa: PLW2901 - its own next state
            return [*before, span, *_from(after, at)]
        if span.holds(at):
            return [*before, *_divided(span, at, by, sight), *after]
        if span.may_begin(at):  # one that nobody saw ended there
            unseen = Span(span.from_lo, at, at, at, EndReason.UNFOLLOWED, by, by)
            return [*before, unseen, *_from(spans[place:], at)]
    since = [span.to_hi for span in spans if span.to_hi is not None and span.to_hi < at]
    unseen = Span(latest(*since, sight.absent, before=at), at, at, at, EndReason.UNFOLLOWED, by, by)
    return sorted([*spans, unseen], key=lambda span: span.from_hi)


def seen(spans: Spans, at: datetime, by: int, sight: Sight) -> list[Span]:
    """The spans after an older look that saw it."""
    for place, span in enumerate(spans):
        changed = span
        if span.to_lo is not None and span.may_end(at) and at != span.to_hi:
            changed = span._replace(to_lo=at)
        elif span.may_begin(at) and at != span.from_lo:
            changed = span._replace(from_hi=at, run_from=by)
        elif not span.holds(at):
            continue
        return [*spans[:place], changed, *spans[place + 1 :]]
    since = [span.to_hi for span in spans if span.to_hi is not None and span.to_hi <= at]
    return _between(spans, Span(latest(*since, before=at), at, run_from=by), sight)


def unseen(spans: Spans, at: datetime) -> list[Span]:
    """The spans after an older look that did not see it."""
    changed = []
    for span in spans:
        if span.may_begin(at) and at != span.from_hi:
            changed.append(span._replace(from_lo=at))
        elif span.may_end(at) and at != span.to_lo:
            changed.append(span._replace(to_hi=at))
        else:
            changed.append(span)
    return changed


def latest(*moments: datetime | None, before: datetime) -> datetime | None:
    """The newest of the moments before one; None where there is none."""
    return max((each for each in moments if each is not None and each < before), default=None)


def _again(span: Span, at: datetime, by: int, sight: Sight) -> list[Span]:
    """A follow in the midst of a span: an end that nobody told of came before it."""
    if not span.is_exact and at - span.from_hi <= DELAY:
        return [span]
    last = latest(span.from_hi, sight.present, span.to_lo, before=at) or span.from_hi
    first = span.ended(last, at, EndReason.UNFOLLOWED, by)
    to_lo = None if span.to_lo is None else max(span.to_lo, at)
    return [first, span._replace(from_lo=at, from_hi=at, to_lo=to_lo, run_from=by)]


def _divided(span: Span, at: datetime, by: int, sight: Sight) -> list[Span]:
    """An end in the midst of a span: whoever saw it later saw another."""
    first = span.ended(at, at, EndReason.UNFOLLOWED, by)
    later = span.to_lo or sight.present
    if later is None or later <= at:
        return [first]
    return [first, span._replace(from_lo=at, from_hi=later, run_from=by)]


def _between(spans: Spans, new: Span, sight: Sight) -> list[Span]:
    """The spans and a new one in a gap: it ended before the next began, or before a look without it."""
    at = new.from_hi
    later = [span for span in spans if span.from_hi > at]
    if later:
        new = new.ended(at, later[0].from_lo or at, EndReason.UNKNOWN, None)
    elif sight.absent is not None and at + LAG < sight.absent:
        new = new.ended(at, sight.absent, EndReason.UNKNOWN, None)
    return [*(span for span in spans if span.from_hi <= at), new, *later]


def _begins_later(spans: Spans, place: int, at: datetime) -> bool:
    return any(span.may_begin(at) for span in spans[place + 1 :])


def _cut(spans: Spans, at: datetime) -> list[Span]:
    """The spans before a beginning: the last of them ended by then."""
    if spans and spans[-1].to_hi is not None and spans[-1].to_hi > at:
        return [*spans[:-1], spans[-1]._replace(to_hi=at)]
    return list(spans)


def _from(spans: Spans, at: datetime) -> list[Span]:
    """The spans after an end: the first of them began no earlier."""
    if spans and (spans[0].from_lo is None or spans[0].from_lo < at):
        return [spans[0]._replace(from_lo=at), *spans[1:]]
    return list(spans)
