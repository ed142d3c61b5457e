"""Complete looks at a list that are older than what is known, on one edge of it.

They tighten bounds, fill gaps and part spans, and undo nothing that was seen since.
"""

from datetime import datetime
from typing import NamedTuple

from pipeline.domain.graph.kinds import EndReason
from pipeline.domain.graph.spans import Span, Spans, between, latest


class Around(NamedTuple):
    """The complete looks next to a late one, as far as there are."""

    before: datetime | None = None
    """When the last before it began: whoever it lacked was not there."""
    after: datetime | None = None
    """When the first after it had seen everybody, or missed them."""


def seen(spans: Spans, at: datetime, by: int, around: Around) -> list[Span]:
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
    new = Span(latest(*since, around.before, before=at), at, run_from=by)
    return between(spans, new, around.after)


def unseen(spans: Spans, at: datetime, by: int, around: Around) -> list[Span]:
    """The spans after an older look that did not see it.

    `around.after` only where all three looks are exact: then a span that those next to this one saw
    had ended, and began again. A network's list may lack somebody for a moment.
    """
    changed: list[Span] = []
    for span in spans:
        if span.may_begin(at) and at != span.from_hi:
            changed.append(span._replace(from_lo=at))
        elif span.may_end(at) and at != span.to_lo:
            changed.append(span._replace(to_hi=at))
        elif span.holds(at) and span.from_hi < at and at != span.to_lo:
            changed.extend(_parted(span, at, by, around))
        else:
            changed.append(span)
    return changed


def _parted(span: Span, at: datetime, by: int, around: Around) -> list[Span]:
    """A span that a look in its midst did not see: it ended before that, and began again after."""
    if around.after is None:
        return [span]
    last = latest(span.from_hi, around.before, before=at) or span.from_hi
    again = around.after if span.to_lo is None else min(around.after, span.to_lo)
    first = span.ended(last, at, EndReason.UNKNOWN, by)
    return [first, span._replace(from_lo=at, from_hi=again)]
