"""What people name: accounts, by a handle, with @ or without, or an id; and networks."""

import re
from typing import NamedTuple

from pipeline.domain.graph.kinds import BLUESKY, MASTODON, X
from pipeline.errors import Rejected

NETWORKS = f"x, bluesky, or mastodon:HOST, such as {MASTODON}:mastodon.example"
"""What there is, for people."""

_DIGITS = re.compile(r"[0-9]+")
_LONGEST_X_ID = 19
"""Digits (X's openapi.json: UserId)."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The network's name is `mastodon:HOST`, in 100 characters.
_HOST = re.compile(rf"(?=.{{4,90}}$)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")


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


def is_instance(host: str) -> bool:
    """Whether it can be a Mastodon instance, in ASCII and lower case.

    No port, no address, no name of a local network: an instance is a public website.
    """
    return _HOST.fullmatch(host) is not None


def is_public(network: str) -> bool:
    """Whether it is a network that anybody may read, without a login."""
    family, _, host = network.partition(":")
    return network == BLUESKY or (family == MASTODON and is_instance(host))
