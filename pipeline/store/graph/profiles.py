"""An account's row, and what a network's showing it changes there."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import Person

LONGEST = 256
"""Characters of a handle or a name that are kept."""
FRESH = timedelta(days=1)
"""An unchanged profile's `profile_at` lags by this at most: not every page writes every row."""


class AccountRow(NamedTuple):
    """An account's row; see the table for what each column means."""

    ord: int
    network: str
    native_id: str
    handle: str | None
    name: str | None
    state: AccountState
    created_at: datetime | None
    followers: int | None
    following: int | None
    profile_at: datetime | None
    gone_at: datetime | None


COLUMNS = AccountRow._fields[3:]
"""What a network shows, or says: all but who it is."""
_SHOWN = ("handle", "name", "created_at", "followers", "following")


def merged(old: AccountRow | None, person: Person, now: datetime) -> AccountRow:
    """The row after the network showed the account: what it left out stays as it was.

    A protected account's `gone_at` is when it was first seen so.
    """
    row = old or AccountRow(0, "", person.native_id, None, None, AccountState.UNKNOWN, *[None] * 5)
    if person == Person(person.native_id):
        return row
    seen = {name: _kept(getattr(person, name)) for name in _SHOWN}
    row = row._replace(**{name: value for name, value in seen.items() if value is not None})
    if person.protected:
        gone_at = row.gone_at or now
        return row._replace(state=AccountState.PROTECTED, profile_at=now, gone_at=gone_at)
    return row._replace(state=AccountState.ACTIVE, profile_at=now, gone_at=None)


def _kept(value: Any) -> Any:
    """What a column takes: no text too long for it, nor what no database stores."""
    if not isinstance(value, str):
        return value
    return value.replace("\0", "").encode(errors="ignore").decode()[:LONGEST]


def values(row: AccountRow) -> dict[str, Any]:
    """The columns of a row that are shown."""
    return dict(zip(COLUMNS, row[3:], strict=True))


def is_news(old: AccountRow, new: AccountRow) -> bool:
    """Whether the row is to be written."""
    if old._replace(profile_at=None) != new._replace(profile_at=None):
        return True
    if old.profile_at is None or new.profile_at is None:
        return old.profile_at != new.profile_at
    return new.profile_at - old.profile_at > FRESH


def counted(
    ord_: int, old: AccountRow | None, person: Person, now: datetime
) -> dict[str, Any] | None:
    """The row of `follow_count`, where the counts are news."""
    counts = (person.followers, person.following)
    if counts == (None, None) or (old and counts == (old.followers, old.following)):
        return None
    return {"account": ord_, "at": now, "followers": counts[0], "following": counts[1]}
