"""Where a long answer goes on: the `next` of one part, sent back as `after` for the one behind."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

import msgspec

from pipeline.domain.graph.changes import ChangeKind
from pipeline.problems import ProblemError
from pipeline.store.graph.changes import After

_NUMBER = re.compile(r"[0-9]{1,10}")
_LAST = (1 << 32) - 2  # ordinals have 32 bits
_WRONG = "after must be the `next` of the answer before"


def changes_cursor(after: After) -> str:
    """The place of a change."""
    return urlsafe_b64encode(msgspec.json.encode(list(after))).decode().rstrip("=")


def read_changes_cursor(text: str | None) -> After | None:
    """What `changes_cursor` wrote; None for None. Raises ProblemError."""
    if text is None:
        return None
    try:
        raw = urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        hi, member, kind = msgspec.json.decode(raw, type=tuple[datetime, int, ChangeKind])
        after = After(hi.astimezone(UTC), member, kind)
    except (ValueError, OverflowError, msgspec.MsgspecError) as error:
        raise ProblemError("invalid", _WRONG) from error
    if not 0 <= member <= _LAST:
        raise ProblemError("invalid", _WRONG)
    return after


def read_number(text: str | None) -> int:
    """A place among numbers; 0 for None. Raises ProblemError."""
    if text is None:
        return 0
    if not _NUMBER.fullmatch(text) or int(text) > _LAST:
        raise ProblemError("invalid", _WRONG)
    return int(text)
