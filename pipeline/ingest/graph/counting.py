"""Profiles of lists' owners: whether their lists changed."""

from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph.plans import Count
from pipeline.domain.graph.port import Profiles
from pipeline.ingest.graph.ending import Endings
from pipeline.ingest.graph.erased import Erased
from pipeline.ingest.graph.errands import Errand
from pipeline.ingest.graph.reading import Taken
from pipeline.store.graph import lists


class Counter:
    """Takes counts in. The caller owns the transaction."""

    def __init__(self, endings: Endings, erased: Erased) -> None:
        self._endings = endings
        self._erased = erased

    def take(self, db: Connection, errand: Errand, answer: Profiles, *, now: datetime) -> Taken:
        """Take in the profiles of a batch, which is all of the job."""
        if not isinstance(errand.plan, Count):
            raise TypeError(f"counts for a plan of {type(errand.plan).__name__}")
        known = self._erased.learn(db, errand.owner.network, answer.found, now=now)
        shown = {known[each.native_id]: each for each in answer.found if each.native_id in known}
        for row in lists.of_owners(db, errand.members.values()):
            person = shown.get(row.owner)
            count = None if person is None else getattr(person, row.direction)
            if count is not None and row.tally != (new := row.tally.after_count(count, now=now)):
                lists.change(db, row.key, **new._asdict())
        lists.counted(db, errand.members.values(), now=now)
        job = errand.job._replace(page_no=errand.job.page_no + 1, attempts=0, not_before=now)
        return Taken(self._endings.done(job), list(known.values()))
