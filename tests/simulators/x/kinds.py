"""The words of the simulated network."""

from enum import StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    """Which of an account's two lists."""

    FOLLOWERS = "followers"
    FOLLOWING = "following"


class State(StrEnum):
    """What an account is. A protected one that is suspended is protected again when reinstated."""

    ACTIVE = "active"
    PROTECTED = "protected"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class Kind(StrEnum):
    """What can happen."""

    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    SUSPEND = "suspend"
    DELETE = "delete"
    REINSTATE = "reinstate"  # ends suspension and deletion
    PROTECT = "protect"
    UNPROTECT = "unprotect"
    RENAME = "rename"  # target: the new handle


class Change(NamedTuple):
    """Something that happens at `at` (seconds since the epoch). Ids as X writes them.

    `source` follows or unfollows `target`; for the other kinds `source` is the account.
    """

    at: float
    kind: Kind
    source: str
    target: str = ""


class Event(NamedTuple):
    """A change that had an effect. `position` is the edge's, -1 where there is none."""

    at: float
    kind: Kind
    source: str
    target: str
    position: int
