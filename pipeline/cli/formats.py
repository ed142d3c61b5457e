"""How values read in a terminal: times, durations, other people's text."""

from datetime import UTC, datetime, timedelta

_JOINER = "\u200d"  # holds emoji of several parts together; the one invisible character let through
_STEPS = ((86_400, "d"), (3600, "h"), (60, "min"))


def duration(span: timedelta) -> str:
    """ "45 s", "3 min", "2 h", "5 d": the largest unit that fits, rounded down."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in _STEPS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def counted(count: int, one: str, many: str | None = None) -> str:
    """ "1 page", "12,000 pages": a number and what it counts; `many` where an s does not do."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def local(moment: datetime | None) -> str:
    """A time where this machine is, with its zone; a dash for none."""
    return "-" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def iso(moment: datetime | None) -> str | None:
    """A time in UTC, RFC 3339, for machines."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def clean(text: str | None) -> str:
    """Text of unknown origin, safe to print: a control character would steer the terminal."""
    return "".join(
        c if c.isprintable() or c in ("\n", _JOINER) else f"<U+{ord(c):04X}>" for c in text or ""
    )


def excerpt(text: str, length: int = 60) -> str:
    """The beginning of a text on one line, at most `length` characters."""
    line = clean(" ".join(text.split()))
    return line if len(line) <= length else f"{line[: length - 1]}…"
