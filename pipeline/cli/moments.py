"""Times as people type them: a date, a time, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

import typer

from pipeline.domain.ids import EPOCH

_AGO = re.compile(r"([0-9]{1,5})(m|h|d|w)(?: ago)?")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
# Ids hold 41 bits of milliseconds.
_LAST = EPOCH + timedelta(milliseconds=(1 << 41) - 1)
EXPECTED = "a date (2026-11-30), a time (2026-11-30T18:00), or how long ago (90m, 12h, 7d, 2w)"


def moment(text: str, *, now: datetime) -> datetime:
    """The time meant, aware; local where no zone is named. Raises ValueError with what may stand."""
    if match := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        found = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not {EXPECTED}") from None
    if found > _LAST:
        raise ValueError(f"{text!r} is after {_LAST:%Y}, where event ids end")
    return found


def parse(text: str) -> datetime:
    """`moment` for an option. Raises typer.BadParameter."""
    try:
        return moment(text, now=datetime.now(UTC))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
