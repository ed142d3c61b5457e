"""Credentials: rows in, rows out. Every change of a secret is a compare-and-set on `version`."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, or_, select, update

from pipeline.store.graph_tables import graph_list
from pipeline.store.insertion import Insertion
from pipeline.store.network_tables import credential


class CredentialRow(NamedTuple):
    """A credential's row; see the table for what each column means."""

    name: str
    network: str
    kind: str
    app: str
    owner_id: str | None
    handle: str | None
    secret: bytes | None
    version: int
    expires_at: datetime | None
    refresh_until: datetime | None
    broken: str | None
    added_at: datetime

    def owns(self, native_id: str) -> bool:
        """Whether an account's lists are its own, which its network may charge less for."""
        return self.owner_id is not None and self.owner_id == native_id

    def is_refreshing(self, now: datetime) -> bool:
        """Whether somebody is fetching new tokens."""
        return self.refresh_until is not None and now < self.refresh_until


_c = credential.c
_ALL = select(*[_c[name] for name in CredentialRow._fields])
_insert = Insertion(credential, CredentialRow._fields, unless=("name",))


def get(db: Connection, name: str) -> CredentialRow | None:
    """A credential by its name."""
    row = db.execute(_ALL.where(_c.name == name)).first()
    return None if row is None else CredentialRow(*row)


def listing(db: Connection, network: str | None = None) -> list[CredentialRow]:
    """Every credential, or those of a network, by name."""
    query = _ALL if network is None else _ALL.where(_c.network == network)
    return [CredentialRow(*row) for row in db.execute(query.order_by(_c.name))]


def save(db: Connection, row: CredentialRow) -> None:
    """Store a credential in place of whatever had its name; its version only ever grows."""
    if _insert.add(db, [row]):
        return
    values: dict[str, Any] = row._asdict() | {"version": _c.version + 1}
    db.execute(update(credential).where(_c.name == row.name).values(values))


def remove(db: Connection, name: str) -> bool:
    """Forget a credential; False where there is none."""
    return bool(db.execute(delete(credential).where(_c.name == name)).rowcount)


def lists_using(db: Connection, name: str) -> int:
    """How many lists are read with it."""
    query = select(func.count()).where(graph_list.c.credential == name)
    return int(db.execute(query).scalar_one())


def take_refresh(
    db: Connection, name: str, version: int, *, now: datetime, until: datetime
) -> int | None:
    """Become the one who fetches new tokens; the version it holds then. None: another was first."""
    free = or_(_c.refresh_until.is_(None), _c.refresh_until <= now)
    return _set(db, name, version, {"refresh_until": until}, free)


def end_refresh(db: Connection, name: str, version: int, *, unsure_at: datetime | None) -> bool:
    """Let another try; False where one already does.

    `unsure_at` is now where the network may have used up the refresh token: that stays on record.
    """
    return _set(db, name, version, {"refresh_until": unsure_at}) is not None


def put_secret(
    db: Connection, name: str, version: int, secret: bytes, *, expires_at: datetime | None
) -> bool:
    """Keep new tokens; False where the credential was changed or forgotten meanwhile."""
    values = {"secret": secret, "expires_at": expires_at, "refresh_until": None, "broken": None}
    return _set(db, name, version, values) is not None


def set_broken(db: Connection, name: str, version: int, reason: str) -> bool:
    """Stop using it; False where it was changed meanwhile, so that the reason is another's."""
    return _set(db, name, version, {"broken": reason, "refresh_until": None}) is not None


def mend(db: Connection, name: str) -> bool:
    """Use a broken one again; False where it is not broken. A task that uses it meanwhile is late."""
    statement = update(credential).where(_c.name == name, _c.broken.is_not(None))
    values = {"broken": None, "version": _c.version + 1}
    return bool(db.execute(statement.values(values)).rowcount)


def _set(
    db: Connection, name: str, version: int, values: dict[str, Any], *further: Any
) -> int | None:
    statement = (
        update(credential)
        .where(_c.name == name, _c.version == version, *further)
        .values(values | {"version": version + 1})
    )
    return version + 1 if db.execute(statement).rowcount else None
