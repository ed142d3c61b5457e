"""The words of the follow graph."""

from enum import StrEnum
from typing import NamedTuple

X = "x"
BLUESKY = "bluesky"
MASTODON = "mastodon"
"""Networks. Mastodon's accounts have ids of their instance: `mastodon:HOST` is the network there."""


class Direction(StrEnum):
    """Which of an account's two lists."""

    FOLLOWERS = "followers"
    FOLLOWING = "following"

    @property
    def other(self) -> "Direction":
        """The direction in which an edge of such a list is seen from its other end."""
        return Direction.FOLLOWING if self is Direction.FOLLOWERS else Direction.FOLLOWERS


class Mode(StrEnum):
    """What a sync job is for."""

    PROBE = "probe"  # the head of a list: who is new
    SWEEP = "sweep"  # all of it: who is gone
    CONFIRM = "confirm"  # profiles of those gone: why
    COUNT = "count"  # profiles of owners: whether their lists' lengths changed


class AccountState(StrEnum):
    """What the network last said of an account."""

    ACTIVE = "active"
    PROTECTED = "protected"
    SUSPENDED = "suspended"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class EndReason(StrEnum):
    """Why an edge ended."""

    UNFOLLOWED = "unfollowed"
    SUSPENDED = "suspended"
    DELETED = "deleted"
    PROTECTED = "protected"
    UNKNOWN = "unknown"  # gone from the list; nobody asked why


class JobState(StrEnum):
    """Where a sync job stands. Parked is open with `not_before` in the future."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


class Priority(StrEnum):
    """Who is served first within a rate window. Interactive ones have a floor of their own."""

    INTERACTIVE = "a-interactive"
    PROBE = "b-probe"
    SWEEP = "c-sweep"


class ListKey(NamedTuple):
    """One list: whose, by ordinal, and which."""

    owner: int
    direction: Direction

    def edge(self, member: int) -> tuple[int, int]:
        """The edge (who follows, whom) that a member of the list stands for."""
        if self.direction is Direction.FOLLOWERS:
            return member, self.owner
        return self.owner, member
