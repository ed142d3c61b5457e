"""Profiles of lists' owners: whether their lists changed."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from pipeline.domain.graph.plans import Count
from pipeline.domain.graph.port import Profiles
from pipeline.domain.graph.tally import Tally
from pipeline.ingest.graph.ending import Endings
from pipeline.ingest.graph.erased import Erased
from pipeline.ingest.graph.errands import Errand
from pipeline.ingest.graph.orders import Orders
from pipeline.ingest.graph.reading import Taken
from pipeline.store.graph import lists, paid
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.paid import Shelf


class Counter:
    """Takes counts in. The caller owns the transaction."""

    def __init__(self, endings: Endings, erased: Erased, orders: Orders, *, overlap: int) -> None:
        self._endings = endings
        self._erased = erased
        self._orders = orders
        self._overlap = overlap

    def take(self, db: Connection, errand: Errand, answer: Profiles, *, now: datetime) -> Taken:
        """Take in the profiles of a batch, which is all of the job."""
        if not isinstance(errand.plan, Count):
            raise TypeError(f"counts for a plan of {type(errand.plan).__name__}")
        known = self._erased.learn(db, errand.owner.network, answer.found, now=now)
        shown = {known[each.native_id]: each for each in answer.found if each.native_id in known}
        lists.counted(db, errand.members.values(), now=now)
        for row in lists.of_owners(db, errand.members.values()):
            person = shown.get(row.owner)
            count = None if person is None else getattr(person, row.direction)
            if count is not None and row.tally != (new := row.tally.after_count(count, now=now)):
                lists.change(db, row.key, **new._asdict())
                self._look_again(db, errand.credential.app, row, new, now=now)
        job = errand.job._replace(page_no=errand.job.page_no + 1, attempts=0, not_before=now)
        return Taken(self._endings.done(job), list(known.values()))

    def _look_again(
        self, db: Connection, app: str, row: ListRow, new: Tally, *, now: datetime
    ) -> None:
        """Somebody left: perhaps of those who were paid for today, who cost nothing again."""
        left = new.lost - row.tally.lost
        if left <= 0:
            return
        shelf = Shelf(app, now.astimezone(UTC).date(), row.direction, row.owner)
        reach = paid.count(db, shelf) - left
        if reach >= self._overlap:
            self._orders.look_again(db, row._replace(**new._asdict()), reach)
