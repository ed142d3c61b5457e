"""The shapes of the graph's answers. Times are RFC 3339 in UTC; money is in micro-dollars."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import UNSET, Struct, UnsetType


class AccountShape(Struct, frozen=True):
    """An account, by its network's id. Without a handle its profile was never read."""

    id: str
    handle: str | None
    name: str | None
    state: str


class RangeShape(Struct, frozen=True):
    """At least `certain`; at most `possible`, or anybody where that is null."""

    certain: int
    possible: int | None


class ListShape(Struct, frozen=True):
    """A list that an answer stands on. `read_at` null: it was never read, so it is unknown."""

    account: AccountShape
    direction: str
    kept: bool
    read_at: datetime | None
    """When the complete reading began."""
    probed_at: datetime | None
    """When its head was read last."""
    paused: str | None
    size: RangeShape
    missing: int
    """Not found by the last reading, and not yet asked about: possible, not certain."""
    revision: int


class NamelessShape(Struct, frozen=True):
    """Accounts of the answer that are known by id alone, and the price of looking them up."""

    count: int
    cost_micros: int


class KeptShape(Struct, frozen=True):
    """An account of which lists are kept."""

    account: AccountShape
    network: str
    lists: tuple[ListShape, ...]


class AccountsShape(Struct, frozen=True):
    """Accounts of which lists are kept. `next`, sent back as `after`, gives the following ones."""

    accounts: tuple[KeptShape, ...]
    next: str | UnsetType = UNSET


class MemberShape(Struct, frozen=True):
    """Somebody in the answer; `lists` are places in the answer's lists that hold them."""

    account: AccountShape
    certain: bool
    lists: tuple[int, ...]


class ComparedShape(Struct, frozen=True):
    """Lists compared."""

    question: str
    direction: str
    at: datetime | None
    lists: tuple[ListShape, ...]
    total: RangeShape
    members: tuple[MemberShape, ...]
    nameless: NamelessShape
    next: str | UnsetType = UNSET


class ChangeShape(Struct, frozen=True):
    """A change that happened after `lo` and by `hi`."""

    account: AccountShape
    kind: str
    reason: str | None
    """Of a loss: why. Of a return or a follow anew: how it had ended before."""
    lo: datetime
    hi: datetime


class ChangesShape(Struct, frozen=True):
    """What happened to a list, what was seen last first."""

    list: ListShape
    changes: tuple[ChangeShape, ...]
    nameless: NamelessShape
    next: str | UnsetType = UNSET


class DayShape(Struct, frozen=True):
    """A day (UTC). `read` null is a gap: nobody looked. `size` null: the list was not read yet."""

    day: date
    changes: Mapping[str, RangeShape]
    """By kind; losses by reason."""
    size: RangeShape | None
    read: str | None
    counted: int | None
    """As the network itself counts, where it said so that day."""


class SeriesShape(Struct, frozen=True):
    """A list day by day."""

    list: ListShape
    days: tuple[DayShape, ...]


class SuggestionShape(Struct, frozen=True):
    """Somebody followed by so many of those whom the account follows."""

    account: AccountShape
    followed_by: int


class SuggestionsShape(Struct, frozen=True):
    """Suggestions, the most followed first; of `friends` as many lists as `friends_read` were read."""

    list: ListShape
    friends: int
    friends_read: int
    total: int
    suggestions: tuple[SuggestionShape, ...]
    nameless: NamelessShape
    next: str | UnsetType = UNSET


SHAPES: Mapping[str, type[Struct]] = {
    "accounts": AccountsShape,
    "compare": ComparedShape,
    "changes": ChangesShape,
    "series": SeriesShape,
    "suggestions": SuggestionsShape,
}
"""Each address's answer."""
