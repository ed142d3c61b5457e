"""One step of a job: what is asked, of whom, and for how much at most."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph import paging, plans, prices
from pipeline.domain.graph.calls import Ask
from pipeline.domain.graph.kinds import Direction, Priority
from pipeline.domain.graph.plans import Confirm, Count, Lookup, Plan, Probe, Sweep
from pipeline.domain.graph.port import FollowSource, Page, Profiles
from pipeline.ingest.graph.turnstile import Turnstile
from pipeline.store.graph import accounts, credentials, jobs, suspects
from pipeline.store.graph.credentials import CredentialRow
from pipeline.store.graph.jobs import JobRow
from pipeline.store.graph.profiles import AccountRow

OAUTH2 = "oauth2"
"""The kind of credential that is a user's, not an app's: some quotas differ."""


class Errand(NamedTuple):
    """A step as it is about to be taken."""

    job: JobRow
    plan: Plan
    owner: AccountRow
    credential: CredentialRow
    size: int
    members: Mapping[str, int] = {}
    """Whose profiles are wanted: ordinals by native id."""

    @property
    def is_read(self) -> bool:
        """Whether nobody is to be asked any more, for a list was read to its end."""
        return isinstance(self.plan, Sweep) and self.plan.is_read

    @property
    def ask(self) -> Ask:
        """What the turnstile is asked."""
        of_list = not isinstance(self.plan, Lookup)
        return Ask(
            job_id=self.job.id,
            step=self.job.version,
            credential=self.credential.name,
            app=self.credential.app,
            network=self.owner.network,
            endpoint=self.job.endpoint,
            kind=self.job.direction if of_list else prices.USER,
            owner=self.job.owner if of_list else 0,
            owned=of_list and self.credential.owns(self.owner.native_id),
            size=self.size,
            interactive=self.job.priority == Priority.INTERACTIVE,
            scheduled=not self.plan.asked_for,
            user_token=self.credential.kind == OAUTH2,
        )

    def run(self, source: FollowSource) -> Page | Profiles:
        """Ask the network. Raises the errors of `pipeline.domain.graph.failures`."""
        if isinstance(self.plan, Lookup):
            return source.profiles(list(self.members))
        return source.page(
            self.owner.native_id,
            Direction(self.job.direction),
            cursor=self.job.cursor,
            size=self.size,
        )


class Errands:
    """Prepares steps."""

    def __init__(self, turnstile: Turnstile, *, overlap: int) -> None:
        self._turnstile = turnstile
        self._overlap = overlap

    def prepare(self, db: Connection, job_id: int, version: int) -> Errand | None:
        """The step of a job at this version; None where the job is past it, or gone."""
        job = jobs.get(db, job_id)
        if job is None or job.version != version or not job.is_open:
            return None
        owner, credential = accounts.get(db, job.owner), credentials.get(db, job.credential)
        if owner is None or credential is None or job.plan is None:
            return None
        errand = Errand(job, plans.decode(job.plan), owner, credential, 0)
        if errand.is_read:
            return errand
        if isinstance(errand.plan, Confirm):
            return self._lookup(db, errand, self._missing(db, errand, errand.plan))
        if isinstance(errand.plan, Count):
            return self._lookup(db, errand, errand.plan.owners)
        return errand._replace(size=self._page_size(db, errand))

    @staticmethod
    def _missing(db: Connection, errand: Errand, plan: Confirm) -> Sequence[int]:
        limit = prices.quota(errand.owner.network, prices.USERS).page
        missing = suspects.of_list(db, errand.job.key)
        return [member for member in missing if member > plan.after][:limit]

    @staticmethod
    def _lookup(db: Connection, errand: Errand, wanted: Sequence[int]) -> Errand:
        found = accounts.many(db, wanted)
        members = {found[ord_].native_id: ord_ for ord_ in wanted if ord_ in found}
        return errand._replace(size=len(members), members=members)

    def _page_size(self, db: Connection, errand: Errand) -> int:
        largest = prices.quota(errand.owner.network, errand.job.endpoint).page
        wanted, least = self._wanted(errand.plan, largest)
        means = self._turnstile.affordable(db, errand.ask)
        return paging.within_means(wanted, means, least=least)

    def _wanted(self, plan: Plan, largest: int) -> tuple[int, int]:
        """How many people the next page is for, and how many would be too few."""
        head = paging.head_size(0.0, overlap=self._overlap, largest=largest)
        if isinstance(plan, Probe):
            return min(plan.size, largest), head
        if isinstance(plan, Sweep) and not plan.closing_from:
            left = None if plan.count is None else plan.count - plan.seen
            return paging.sweep_size(left, largest=largest), paging.LEAST_SWEEP
        return head, head
