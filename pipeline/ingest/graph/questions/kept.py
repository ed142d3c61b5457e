"""Which accounts' lists are kept, and how well they are known."""

from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import ListKey
from pipeline.ingest.graph.questions.lists import Reading, read_lists
from pipeline.store.graph import names, sets
from pipeline.store.graph.names import Named


class Kept(NamedTuple):
    """An account and its lists."""

    account: Named
    readings: tuple[Reading, ...]


class KeptPart(NamedTuple):
    """Some of the accounts, by ordinal; `next` is to be asked for as `after`."""

    accounts: tuple[Kept, ...]
    next: int | None


def kept_lists(db: Connection, network: str | None, *, after: int, size: int) -> list[ListKey]:
    """The lists of those accounts."""
    found = names.owners(db, network, after=after, limit=size)
    return [state.key for state in sets.of_owners(db, [each.ord for each in found])]


def kept(db: Connection, network: str | None, *, after: int, size: int) -> KeptPart:
    """Accounts of which a list is kept."""
    found = names.owners(db, network, after=after, limit=size + 1)
    page = found[:size]
    readings = read_lists(db, kept_lists(db, network, after=after, size=size))
    accounts = tuple(
        Kept(each, tuple(r for r in readings if r.key.owner == each.ord)) for each in page
    )
    return KeptPart(accounts, page[-1].ord if len(found) > size else None)
