"""Profiles of those missing from a list: why they are gone."""

from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph import plans
from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.plans import Confirm
from pipeline.domain.graph.port import Profiles
from pipeline.ingest.graph.ending import Endings
from pipeline.ingest.graph.errands import Errand
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.reading import Taken
from pipeline.store.graph import accounts, suspects


class Confirmer:
    """Settles suspects. The caller owns the transaction."""

    def __init__(self, history: History, endings: Endings) -> None:
        self._history = history
        self._endings = endings

    def take(self, db: Connection, errand: Errand, answer: Profiles, *, now: datetime) -> Taken:
        """Take in the profiles of some, and move the job on to the next."""
        if not isinstance(errand.plan, Confirm):
            raise TypeError(f"profiles for a plan of {type(errand.plan).__name__}")
        known = accounts.learn(db, errand.owner.network, answer.found, now=now)
        verdicts = dict.fromkeys(known.values(), AccountState.ACTIVE)
        verdicts |= {
            errand.members[native_id]: state
            for native_id, state in answer.missing.items()
            if native_id in errand.members
        }
        self._history.classify(db, errand.job.key, verdicts, now=now)
        after = max(errand.members.values(), default=errand.plan.after)
        job = errand.job._replace(
            page_no=errand.job.page_no + 1,
            attempts=0,
            not_before=now,
            plan=plans.encode(Confirm(errand.plan.asked_for, after)),
        )
        if all(member <= after for member in suspects.of_list(db, job.key)):
            job = self._endings.done(job)
        return Taken(job, list(known.values()))
