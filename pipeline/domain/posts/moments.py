"""Moments as people and generators write them."""

import re
from datetime import UTC, date, datetime, time, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# "2026-1-5 9:30:00 +0100", as Jekyll and Hugo take it; the parts ISO 8601 wants are put together.
_LOOSE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?)?"
    r"(?: *([Zz]|UTC|GMT|[+-]\d{2}:?\d{2}))?(?: +[A-Z]{2,5})?"
)
_IN_NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_]|$)")
_IN_PATH = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})(?:/|$)")


def moment(value: object, zone: tzinfo) -> datetime:
    """A date or time as an aware moment; `zone` holds where it names none, midnight where no time.

    Takes what TOML and YAML make of one, ISO 8601 and its looser relatives, and RFC 5322.
    Raises ValueError that says what it was.
    """
    if isinstance(value, datetime):
        return _aware(value, zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone)
    if not isinstance(value, str) or not (text := value.strip()):
        raise ValueError(f"{value!r:.80} is no date; write one like 2027-01-31T10:00:00+01:00")
    try:
        return _aware(_parsed(text), zone)
    except (ValueError, OverflowError, TypeError) as error:
        raise ValueError(
            f"{text[:80]!r} is no date; write one like 2027-01-31T10:00:00+01:00"
        ) from error


def date_in_name(name: str, zone: tzinfo) -> datetime | None:
    """The date a file's name begins with: 2027-01-31-title."""
    return _dated(_IN_NAME.match(name), zone)


def date_in_path(path: str, zone: tzinfo) -> datetime | None:
    """The date in a URL's path: /2027/01/31/title."""
    return _dated(_IN_PATH.search(path), zone)


def zone_of(name: object) -> tzinfo:
    """A time zone by its IANA name; UTC for None. Raises ValueError for one nobody knows."""
    if name is None or name == "":
        return UTC
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write one like Europe/Berlin") from error


def _parsed(text: str) -> datetime:
    loose = _LOOSE.fullmatch(text)
    if loose is None:
        return parsedate_to_datetime(text)
    year, month, day, hour, minute, second, fraction, offset = loose.groups()
    clock = f"{hour or '0':0>2}:{minute or '00'}:{second or '00'}{(fraction or '')[:7]}"
    offset = "Z" if offset in {"UTC", "GMT", "z"} else offset or ""
    return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{clock}{offset}")


def _aware(value: datetime, zone: tzinfo) -> datetime:
    found = value if value.tzinfo else value.replace(tzinfo=zone)
    found.astimezone(UTC)  # the years 1 and 9999 may have no such moment
    return found


def _dated(found: re.Match[str] | None, zone: tzinfo) -> datetime | None:
    try:
        return datetime(*map(int, found.groups()), tzinfo=zone) if found else None  # type: ignore[arg-type, misc]
    except ValueError:
        return None
