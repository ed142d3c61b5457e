"""What reading a list will cost, before it is read."""

from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import prices
from pipeline.domain.graph.kinds import Mode
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.orders import Orders, size_of
from pipeline.store.graph import accounts, credentials
from pipeline.store.graph.lists import ListRow


class Price(NamedTuple):
    """Of one reading. Money in micro-dollars."""

    mode: Mode
    each: int
    """For each person who is returned, once per UTC day."""
    people: int | None
    """None: nobody knows how many there are."""

    @property
    def whole(self) -> int | None:
        """For all of them. More people than expected, and looking up those missing, come on top."""
        return 0 if self.each == 0 else self.people and self.people * self.each


def price_of(db: Connection, orders: Orders, row: ListRow, mode: Mode) -> Price:
    """What a probe's first page or a sweep costs. Raises NotFoundError for a lost credential."""
    owner, credential = accounts.get(db, row.owner), credentials.get(db, row.credential)
    if owner is None or credential is None:
        raise NotFoundError(f"there is no credential {row.credential!r}: `afterword graph login`")
    owned = credential.owns(owner.native_id)
    each = prices.price(owner.network, row.direction, owned=owned).micros
    if mode is Mode.SWEEP:
        return Price(mode, each, size_of(db, row))
    return Price(mode, each, orders.probe_plan(db, row).size)
