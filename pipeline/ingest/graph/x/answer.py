"""An answer of X, before anybody makes sense of it: its rate window, its clock, its JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import msgspec

from pipeline.domain.graph.failures import NetworkDownError
from pipeline.domain.graph.port import Limits

_FURTHEST = timedelta(days=1)
"""No window of X lasts longer: a reset further off is a mistake."""
_LARGEST_COUNT = 1_000_000_000
_DECIMAL = 10
_DIGITS = 12


class Answer(NamedTuple):
    """Status, headers by lower-case name, and the body, unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def limits_of(headers: Mapping[str, str], *, now: datetime) -> Limits:
    """What the headers say of the rate window; None for what they don't, or say in a way nobody can.

    The reset is moved from X's clock to ours, by the answer's Date.
    """
    return Limits(
        _number(headers.get("x-rate-limit-limit")),
        _number(headers.get("x-rate-limit-remaining")),
        _reset_of(headers, now=now),
    )


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """X's own clock, to the second."""
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def json_of(answer: Answer) -> Any:
    """The body as JSON. Raises NetworkDownError where it is none, or nested beyond reason."""
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise NetworkDownError(
            f"X answered {answer.status} with something that is no JSON"
        ) from None


def _reset_of(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    seconds = _number(headers.get("x-rate-limit-reset"), largest=_DECIMAL**_DIGITS)
    if seconds is None:
        return None
    try:
        reset = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    wait = reset - (date_of(headers) or now)
    return now + wait if -_FURTHEST < wait < _FURTHEST else None


def _number(text: str | None, *, largest: int = _LARGEST_COUNT) -> int | None:
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        return None
    return min(int(text), largest)
