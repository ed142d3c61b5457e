"""Profiles of accounts that their networks no longer show: found, and purged."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, exists, or_, select, update

from pipeline.store.graph.bulk import chunks
from pipeline.store.graph_tables import account, follow_count
from pipeline.store.network_tables import credential

_a = account.c
_PROFILE = ("handle", "name", "created_at", "followers", "following", "profile_at")
_SPEAKS_HERE = exists().where(
    credential.c.network == _a.network, credential.c.owner_id == _a.native_id
)


class Gone(NamedTuple):
    """An account whose profile must go."""

    ord: int
    network: str
    native_id: str
    handle: str | None
    name: str | None


def due(db: Connection, *, limit: int) -> list[Gone]:
    """Accounts that are gone and whose profile is still here, but those that logged in here."""
    query = (
        select(*[_a[name] for name in Gone._fields])
        .where(
            _a.gone_at.is_not(None),
            or_(*[_a[name].is_not(None) for name in _PROFILE]),
            ~_SPEAKS_HERE,
        )
        .order_by(_a.ord)
        .limit(limit)
    )
    return [Gone(*row) for row in db.execute(query)]


def purge(db: Connection, ords: Sequence[int]) -> int:
    """Forget their profiles and counts; edges and native ids stay. Those that came back are left."""
    purged = 0
    for part in chunks(ords):
        still = (_a.ord.in_(part), _a.gone_at.is_not(None))
        gone = select(_a.ord).where(*still)
        db.execute(delete(follow_count).where(follow_count.c.account.in_(gone)))
        values = dict.fromkeys(_PROFILE)
        purged += db.execute(update(account).where(*still).values(values)).rowcount
    return purged
