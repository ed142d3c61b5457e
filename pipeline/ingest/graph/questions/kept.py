"""Which accounts' lists are kept, and how well they are known."""

from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import ListKey
from pipeline.ingest.graph.questions.lists import Reading, read_lists
from pipeline.ingest.graph.questions.naming import named
from pipeline.store.graph import names, sets
from pipeline.store.graph.profiles import AccountRow


class Kept(NamedTuple):
    """An account and its lists."""

    account: AccountRow
    readings: tuple[Reading, ...]


class KeptPart(NamedTuple):
    """Some of the accounts, by ordinal; `next` is to be asked for as `after`."""

    accounts: tuple[Kept, ...]
    next: int | None


def kept_lists(db: Connection, network: str | None, *, after: int, size: int) -> list[ListKey]:
    """The lists of those accounts."""
    found = names.owners(db, network, after=after, limit=size)
    return [state.key for state in sets.of_owners(db, found)]


def kept(db: Connection, network: str | None, *, after: int, size: int) -> KeptPart:
    """Accounts of which a list is kept."""
    found = names.owners(db, network, after=after, limit=size + 1)
    page = found[:size]
    accounts = named(db, page)
    readings = read_lists(db, kept_lists(db, network, after=after, size=size))
    whole = tuple(
        Kept(accounts[owner], tuple(r for r in readings if r.key.owner == owner)) for owner in page
    )
    return KeptPart(whole, page[-1] if len(found) > size else None)
