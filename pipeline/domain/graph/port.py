"""What every network is asked, and what it answers: the port that gateways serve.

X, Bluesky and Mastodon differ in limits, prices and words; past their gateways they do not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from pipeline.domain.graph.kinds import AccountState, Direction


class Person(NamedTuple):
    """An account as its network shows it. Counts as the network counts them: they may be off."""

    native_id: str
    handle: str | None = None
    name: str | None = None
    created_at: datetime | None = None
    followers: int | None = None
    following: int | None = None
    protected: bool = False


class Limits(NamedTuple):
    """What an answer said of its rate window. `reset_at` is by this machine's clock."""

    limit: int | None
    remaining: int | None
    reset_at: datetime | None


NO_LIMITS = Limits(None, None, None)


class Page(NamedTuple):
    """One page of a list, newest first. It may be short without being the last: only no cursor is."""

    people: Sequence[Person]
    cursor: str | None
    limits: Limits = NO_LIMITS
    answered_at: datetime | None = None
    """The network's own clock, where it said: its day is the one that is charged."""


class Profiles(NamedTuple):
    """Accounts that were looked up: those there are, and why the others are not."""

    found: Sequence[Person]
    missing: Mapping[str, AccountState]
    """By native id: SUSPENDED, DELETED or, where the network said something else, UNKNOWN."""
    limits: Limits = NO_LIMITS
    answered_at: datetime | None = None


class FollowSource(Protocol):
    """A network, with the rights of one credential. Not safe for threads: one per worker thread.

    Every method raises the errors of `pipeline.domain.graph.failures` and nothing else.
    """

    largest_page: int
    largest_lookup: int

    def page(self, native_id: str, direction: Direction, *, cursor: str | None, size: int) -> Page:
        """A page of an account's list."""
        ...

    def profiles(self, native_ids: Sequence[str]) -> Profiles:
        """At most `largest_lookup` accounts by id."""
        ...

    def find(self, handle: str) -> Profiles:
        """An account by its handle, without @: one found, or one missing under the handle."""
        ...
