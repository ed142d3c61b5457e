"""Times as the simulator writes them: seconds since the epoch inside, ISO 8601 and HTTP outside."""

from datetime import UTC, datetime
from email.utils import formatdate


def iso(at: float) -> str:
    """As X writes times: `2026-06-01T00:00:00.000Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def seconds(text: str) -> float:
    """ISO 8601 to seconds since the epoch; without a zone it is UTC."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def day(at: float) -> str:
    """The UTC day."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def http_date(at: float) -> str:
    """For the `Date` header."""
    return formatdate(at, usegmt=True)
