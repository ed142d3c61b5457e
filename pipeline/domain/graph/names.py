"""Accounts as people name them: a handle, with @ or without, or an id of their network."""

import re
from typing import NamedTuple

from pipeline.domain.graph.kinds import BLUESKY, X
from pipeline.errors import Rejected

_DIGITS = re.compile(r"[0-9]+")
_LONGEST_X_ID = 19
"""Digits (X's openapi.json: UserId)."""


class Name(NamedTuple):
    """What was typed: one of the two is set."""

    handle: str | None
    native_id: str | None

    def __str__(self) -> str:
        """As a person would write it."""
        return f"@{self.handle}" if self.handle is not None else str(self.native_id)


def parse(text: str, network: str) -> Name:
    """What an account's name means on a network. Raises Rejected for what can be no name.

    Digits alone are an id; a handle of digits is meant where @ stands before it. Bluesky's ids are
    DIDs.
    """
    handle = text.removeprefix("@")
    if not handle or not handle.isprintable() or " " in handle or "/" in handle:
        raise Rejected(f"{text!r} names no account: write a handle (@name) or an id")
    is_id = handle.startswith("did:") if network == BLUESKY else _DIGITS.fullmatch(handle)
    if not is_id or text.startswith("@"):
        return Name(handle, None)
    if network == X and len(handle) > _LONGEST_X_ID:
        raise Rejected(f"{text!r} names no account: an id of X has {_LONGEST_X_ID} digits at most")
    return Name(None, handle)
