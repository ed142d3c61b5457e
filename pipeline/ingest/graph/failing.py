"""What becomes of a job whose step failed: the one place that decides it.

=====================  ==============================================================
the window is used up  waits for its reset, and a little longer
a cap, no credits      waits for the cycle, or for somebody to close the app's breaker
no answer              waits longer each time; after TOO_MANY in a row it has failed
the cursor ran out     reads from the head again; after MOST_RESTARTS it has failed
dead, not allowed      has failed, and the credential is not used until it is mended
the list is gone       is done; the list is paused, and its owner's state is kept
=====================  ==============================================================
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.domain.graph import plans
from pipeline.domain.graph.calls import Permit
from pipeline.domain.graph.failures import (
    CredentialDeadError,
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NotAllowedError,
)
from pipeline.domain.graph.plans import Lookup
from pipeline.errors import Rejected, Transient
from pipeline.ingest.graph.ending import Endings
from pipeline.ingest.graph.errands import Errand
from pipeline.ingest.graph.turnstile import Turnstile
from pipeline.store.graph import accounts, credentials, jobs, lists
from pipeline.store.graph.jobs import JobRow

TOO_MANY = 10
MOST_RESTARTS = 3
LOOK_AGAIN = timedelta(hours=1)
"""What waits for a person looks by itself after so long: whether they have done it."""

Failure = Transient | Rejected


class Failures:
    """Parks, restarts or ends jobs. The caller owns the transaction."""

    def __init__(
        self, turnstile: Turnstile, endings: Endings, clock: Callable[[], datetime]
    ) -> None:
        self._turnstile = turnstile
        self._endings = endings
        self._clock = clock

    def take(self, db: Connection, errand: Errand, permit: Permit, failure: Failure) -> None:
        """Store what the failure means for the job, its list and its credential."""
        attempt = errand.job.attempts + 1
        until = self._turnstile.refused(db, permit, failure, attempt=attempt)
        if isinstance(failure, Rejected):
            jobs.step(db, self._rejected(db, errand, failure))
        elif isinstance(failure, CursorExpiredError):
            jobs.step(db, self._restarted(db, errand, failure))
        elif isinstance(failure, NetworkDownError) and attempt >= TOO_MANY:
            reason = f"{TOO_MANY} times in a row without an answer: {failure.reason}"
            jobs.step(db, self._endings.failed(db, errand.job, reason))
        else:
            failed = isinstance(failure, NetworkDownError)
            job = errand.job._replace(attempts=attempt if failed else errand.job.attempts)
            self.park(db, job, until, failure.reason)

    def park(self, db: Connection, job: JobRow, until: datetime | None, reason: str) -> None:
        """The same step again then; None: when somebody has mended what the reason says."""
        jobs.park(db, job, until=until or self._clock() + LOOK_AGAIN, reason=reason)

    def _rejected(self, db: Connection, errand: Errand, failure: Rejected) -> JobRow:
        if isinstance(failure, ListGoneError):
            return self._gone(db, errand.job, failure)
        if isinstance(failure, CredentialDeadError | NotAllowedError):
            credential = errand.credential
            credentials.set_broken(db, credential.name, credential.version, failure.reason)
        return self._endings.failed(db, errand.job, failure.reason)

    def _gone(self, db: Connection, job: JobRow, failure: ListGoneError) -> JobRow:
        self._endings.drop_run(db, job)
        accounts.set_state(db, job.owner, failure.state, now=self._clock())
        lists.change(db, job.key, paused=failure.reason)
        return self._endings.done(job, failure.reason)

    def _restarted(self, db: Connection, errand: Errand, failure: Transient) -> JobRow:
        plan = errand.plan
        if isinstance(plan, Lookup) or plan.restarts >= MOST_RESTARTS:
            reason = f"begun {MOST_RESTARTS} times again: {failure.reason}"
            return self._endings.failed(db, errand.job, reason)
        self._endings.drop_run(db, errand.job)
        return errand.job._replace(
            run_id=0, cursor=None, page_no=0, plan=plans.encode(plan.again()), reason=failure.reason
        )
