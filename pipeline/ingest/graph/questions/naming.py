"""Names: those that people type, those that answers show, and what the unknown ones would cost."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection

from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.prices import USER, price
from pipeline.errors import NotFoundError
from pipeline.store.graph import accounts, names
from pipeline.store.graph.profiles import AccountRow


class Nameless(NamedTuple):
    """Accounts known by their ids alone, and what looking them up would cost in micro-dollars."""

    number: int
    cost: int


def label(row: AccountRow) -> str:
    """What to call an account: its handle, else its id."""
    return row.native_id if row.handle is None else f"@{row.handle}"


def find(db: Connection, network: str, text: str) -> AccountRow:
    """The account somebody means: `@handle` is a handle, anything else an id or a handle.

    An id goes first, because a handle may consist of digits. Raises NotFoundError.
    """
    if not text.startswith("@") and (row := accounts.by_native(db, network, [text]).get(text)):
        return row
    found = accounts.by_handle(db, network, text.removeprefix("@"))
    if found is None:
        raise NotFoundError(
            f"no account {text!r} is known on {network}: `afterword graph add` makes it known"
        )
    return found


def find_all(db: Connection, network: str, texts: Iterable[str]) -> list[AccountRow]:
    """The accounts somebody means, each once. Raises NotFoundError."""
    found = {each.ord: each for each in (find(db, network, text) for text in texts)}
    return list(found.values())


def nameless(db: Connection, network: str, ords: BitMap) -> Nameless:
    """How many of these are known by id alone, and the price of their names."""
    number = names.unnamed(db, ords)
    return Nameless(number, number * price(network, USER, owned=False).micros)


def named(db: Connection, ords: Sequence[int]) -> dict[int, AccountRow]:
    """What is known of these accounts; every one has an entry, also who was erased."""
    found = accounts.many(db, ords)
    return {ord_: found.get(ord_) or _erased(ord_) for ord_ in ords}


def _erased(ord_: int) -> AccountRow:
    return AccountRow(ord_, "", f"erased-{ord_}", None, None, AccountState.UNKNOWN, *[None] * 5)
