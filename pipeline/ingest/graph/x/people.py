"""Accounts as X writes them, read with suspicion: a wrong field is left out, a wrong id is an error."""

import re
from datetime import UTC, datetime
from typing import Any

from pipeline.domain.graph.failures import NetworkDownError
from pipeline.domain.graph.port import Person

FIELDS = ("created_at", "id", "name", "protected", "public_metrics", "username")
"""What is asked of each account: only what is used, as answers are long."""

_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}", re.ASCII)
_LONGEST = 256
_LARGEST = 2_147_483_647


def is_id(text: str) -> bool:
    """Whether it can be an account's id (openapi.json: UserId)."""
    return _ID.fullmatch(text) is not None


def is_handle(text: str) -> bool:
    """Whether it can be an account's name (openapi.json: UserName)."""
    return _HANDLE.fullmatch(text) is not None


def person(raw: Any) -> Person:
    """An account. Raises NetworkDownError where there is no id: leaving it out would be a loss."""
    native_id = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(native_id, str) or not is_id(native_id):
        raise NetworkDownError("X answered with an account that has no id")
    metrics = raw.get("public_metrics")
    counts = metrics if isinstance(metrics, dict) else {}
    return Person(
        native_id=native_id,
        handle=_text(raw.get("username")),
        name=_text(raw.get("name")),
        created_at=_moment(raw.get("created_at")),
        followers=_count(counts.get("followers_count")),
        following=_count(counts.get("following_count")),
        protected=raw.get("protected") is True,
    )


def _text(value: Any) -> str | None:
    # PostgreSQL keeps no NUL.
    return value.replace("\0", "")[:_LONGEST] if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return min(value, _LARGEST)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
