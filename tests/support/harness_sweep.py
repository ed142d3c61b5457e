"""A list of eleven pages, read by a set that is struck down at every step, and what must come of it."""

import random
from collections.abc import Iterator

from sqlalchemy import func, select

from pipeline.domain.graph.kinds import JobState
from pipeline.store.graph import runs
from pipeline.store.network_tables import budget_ledger
from tests.support.harness_graph import Reader
from tests.support.harness_processes import until, wait

OWNER = "1"
PAGES = 11
MEMBERS = [str(1000 + n) for n in range(PAGES * 1000 - 400)]
EDGES = [(member, OWNER) for member in MEMBERS]
PRICE = 10_000
"""Micro-dollars a member."""
LATENCY_S = 0.06
MOMENTS_S = (0.0, 0.02, LATENCY_S, 0.075, 0.09, 0.12, 0.2)
"""After a request came in: while X thinks, as it answers, while the page is settled, after it."""


class Sweep:
    """One sweep of that list."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        reader.x.post("/_sim/faults", {"kind": "latency", "value": LATENCY_S})
        (self.row,) = reader.keep([OWNER])
        (self.job,) = reader.sync([self.row])
        self.strikes = 0
        self.pages = PAGES + 1
        """The list, and its head once more."""

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self._reader.job(self.job).state == JobState.OPEN

    def begun(self) -> None:
        """Wait until it has a first page.

        A call that was struck down holds its place in the window until its lease ends. Where no call
        of the window was answered yet, that is a minute's wait for everybody, and another matter.
        """
        reader = self._reader
        until(lambda: reader.job(self.job).page_no >= 1, within=60, what="a page", every=0.005)

    def moments(self, seed: int) -> Iterator[float]:
        """Wait for each moment after another request, in an order that the seed decides.

        None strikes a page that another has struck: one that fails on and on waits minutes.
        """
        dice = random.Random(seed)  # noqa: S311 - repeatable
        for moment in dice.sample(MOMENTS_S, len(MOMENTS_S)):
            asked = self._reader.x.asked()
            until(
                lambda asked=asked: self._reader.x.asked() > asked or not self.is_open,  # type: ignore[misc] # bound at once
                within=60,
                what="a request",
                every=0.005,
            )
            if not self.is_open:
                return
            page = self._reader.job(self.job).page_no
            wait(moment)
            self.strikes += 1
            yield moment
            until(
                lambda page=page: self._reader.job(self.job).page_no > page or not self.is_open,  # type: ignore[misc] # bound at once
                within=60,
                what="that page",
                every=0.005,
            )

    def is_booked(self) -> bool:
        """Whether all that X has charged is in our books, as spent or as what calls may cost."""
        charged = self._reader.x.total()["charged"]
        entry = budget_ledger.c
        with self._reader.database.read() as db:
            booked = db.execute(
                select(func.sum(func.coalesce(entry.cost, entry.reserved)))
            ).scalar()
        return charged * PRICE <= (booked or 0)

    def ended(self, *, within: float = 60) -> None:
        """Wait for its end, and compare what both sides say of it."""
        until(lambda: not self.is_open, within=within, what="the sweep", every=0.1)
        self._is_whole()
        self._is_paid_once()

    def _is_whole(self) -> None:
        reader, done = self._reader, self._reader.job(self.job)
        assert done.state == JobState.DONE, done.reason
        assert reader.known(self.row) == reader.x.truth(OWNER) == set(MEMBERS)
        assert done.page_no == self.pages  # each was taken in once
        assert done.version == self.pages + 1  # and so long a list's end is a step of its own
        with reader.database.read() as db:
            (run,) = runs.of_list(db, self.row.key)
        assert (run.complete, run.pages, run.members) == (True, self.pages, len(MEMBERS))

    def _is_paid_once(self) -> None:
        reader, total = self._reader, self._reader.x.total()
        assert total["charged"] == len(MEMBERS)
        assert total["pages"] <= self.pages + self.strikes
        with reader.database.read() as db:
            costs = func.sum(budget_ledger.c.cost), func.count() - func.count(budget_ledger.c.cost)
            assert db.execute(select(*costs)).one() == (len(MEMBERS) * PRICE, 0)
            spent = reader.graph.turnstile.spent(db, "x")
        assert (spent.day, spent.reserved) == (len(MEMBERS) * PRICE, 0)
