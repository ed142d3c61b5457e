"""What a quote needs to know of accounts: how large their lists are, and who reads them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from pipeline.domain.graph.kinds import Direction
from pipeline.store.graph import accounts
from pipeline.store.graph_tables import account, graph_list
from pipeline.store.network_tables import app_breaker, credential

_a = account.c
_c = credential.c
_g = graph_list.c


class Sized(NamedTuple):
    """An account, with its counts where a profile was ever read."""

    ord: int
    native_id: str
    handle: str | None
    followers: int | None
    following: int | None

    def members(self, direction: Direction) -> int | None:
        """How many are in one of its lists."""
        return self.followers if direction is Direction.FOLLOWERS else self.following


class Looked(NamedTuple):
    """How a list is read, and how much it was seen to change."""

    credential: str
    probed_at: datetime | None
    swept_at: datetime | None
    changes: float
    days: float


class Payer(NamedTuple):
    """A credential, the app whose money it spends, and the account whose lists it reads cheaply."""

    name: str
    app: str
    owner_id: str | None


def find(db: Connection, network: str, text: str) -> Sized | None:
    """The account of this native id or handle; `@` says that it is a handle."""
    row = None if text.startswith("@") else accounts.by_native(db, network, [text]).get(text)
    row = row or accounts.by_handle(db, network, text.removeprefix("@"))
    if row is None:
        return None
    return Sized(row.ord, row.native_id, row.handle, row.followers, row.following)


def looked(db: Connection, owner: int, direction: Direction) -> Looked | None:
    """A list that is kept; None for one that is not."""
    query = select(*[_g[name] for name in Looked._fields])
    row = db.execute(query.where(_g.owner == owner, _g.direction == direction)).first()
    return None if row is None else Looked(*row)


def payers(db: Connection, network: str) -> list[Payer]:
    """The credentials of a network that work, by name."""
    query = select(_c.name, _c.app, _c.owner_id).where(_c.network == network, _c.broken.is_(None))
    return [Payer(*row) for row in db.execute(query.order_by(_c.name))]


def apps(db: Connection) -> set[str]:
    """Every app that has a credential or a breaker."""
    return {
        *db.execute(select(_c.app).distinct()).scalars(),
        *db.execute(select(app_breaker.c.app)).scalars(),
    }
