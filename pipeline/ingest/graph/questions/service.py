"""Everything that can be asked, each answer from one view of the database."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.ingest.graph.questions.changes import Changed, ChangesAsked, changed
from pipeline.ingest.graph.questions.comparing import (
    Compared,
    Comparison,
    Part,
    compare,
    operands,
)
from pipeline.ingest.graph.questions.growth import Growth, GrowthAsked, growth
from pipeline.ingest.graph.questions.kept import KeptPart, kept, kept_lists
from pipeline.ingest.graph.questions.lists import refresh
from pipeline.ingest.graph.questions.naming import find
from pipeline.ingest.graph.questions.suggesting import (
    Suggested,
    SuggestionsAsked,
    friend_lists,
    suggest,
)
from pipeline.store.database import Database
from pipeline.store.graph.changes import After


class Questions:
    """Asks the database, and keeps the sets it had to make. Blocks: to be called in a thread.

    Every method raises NotFoundError for an account that nobody knows.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def kept(self, network: str | None, *, after: int, size: int) -> KeptPart:
        """Accounts of which a list is kept; of every network where None is named."""
        self._refresh(lambda db: kept_lists(db, network, after=after, size=size))
        with self._database.read() as db:
            return kept(db, network, after=after, size=size)

    def compare(self, asked: Comparison, part: Part) -> Compared:
        """Lists compared."""
        self._refresh(lambda db: operands(db, asked).keys)
        with self._database.read() as db:
            return compare(db, asked, part)

    def changes(self, asked: ChangesAsked, *, after: After | None, size: int) -> Changed:
        """What happened to a list."""
        self._refresh_one(asked.network, asked.account, asked.direction)
        with self._database.read() as db:
            return changed(db, asked, after, size)

    def growth(self, asked: GrowthAsked) -> Growth:
        """A list day by day."""
        self._refresh_one(asked.network, asked.account, asked.direction)
        with self._database.read() as db:
            return growth(db, asked)

    def suggest(self, asked: SuggestionsAsked, *, skip: int, size: int) -> Suggested:
        """Whom the account could follow too."""
        self._refresh_one(asked.network, asked.account, Direction.FOLLOWING)
        self._refresh(lambda db: friend_lists(db, find(db, asked.network, asked.account)))
        with self._database.read() as db:
            return suggest(db, asked, skip=skip, size=size)

    def _refresh_one(self, network: str, account: str, direction: Direction) -> None:
        self._refresh(lambda db: [ListKey(find(db, network, account).ord, direction)])

    def _refresh(self, lists: Callable[[Connection], Sequence[ListKey]]) -> None:
        """Bring the sets of some lists up to date before they are asked."""
        with self._database.read() as db:
            keys = lists(db)
        refresh(self._database, keys)
