"""The history of lists: runs, verdicts and events in, edges in time out.

A list is looked at by runs. A sweep reads all of it, a probe its head. What a run saw becomes spans
when it finishes; until then its pages are kept aside, so that a crash costs nothing. Whoever is
missing becomes a suspect, still a member, until its network says why (`classify`), or until it is
seen again. Pushed events (`observe`) tell the moment itself and come in any order.

One edge may be in two lists, its follower's and its followed one's: it has one open span.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph import fence
from pipeline.domain.graph.fence import Head
from pipeline.domain.graph.kinds import AccountState, EndReason, ListKey, Mode
from pipeline.domain.graph.port import Person
from pipeline.domain.ids import IdFactory
from pipeline.ingest.graph import early, edges, looks, verdicts
from pipeline.ingest.graph.edges import Told
from pipeline.ingest.graph.finishing import Finished, Plan, carry_out, plan, standing
from pipeline.ingest.graph.looks import CLOSING
from pipeline.ingest.graph.snapshots import backfill, is_late
from pipeline.store.graph import accounts, runs, spans
from pipeline.store.graph.runs import PageRow, RunRow


class History:
    """Takes in what is read and told. The caller owns the transaction.

    On PostgreSQL `finish_probe`, `finish_sweep`, `classify` and `observe` keep each other waiting
    until the transaction ends. So that no two wait in a circle, write accounts (`take_page`,
    `accounts.learn`) before them in a transaction, and lists' rows after them.
    """

    def __init__(self, ids: IdFactory, clock: Callable[[], datetime], *, overlap: int = 25) -> None:
        self._ids = ids
        self._clock = clock
        self._overlap = overlap

    def begin(
        self, db: Connection, key: ListKey, *, mode: Mode, source: str = "api", at: datetime
    ) -> int:
        """Begin a run; its id. `at` is before its first request goes out.

        Of the source "archive" members come in no order: nobody's rank tells anything.
        """
        run_id = self._ids.next()
        runs.add(db, RunRow(run_id, key.owner, key.direction, mode, source, at))
        return run_id

    def take_page(  # noqa: PLR0913 - a page is what it is, and when, and of which run
        self,
        db: Connection,
        run_id: int,
        page_no: int,
        network: str,
        people: Sequence[Person],
        *,
        read_at: datetime,
        closing: bool = False,
    ) -> list[int]:
        """Keep a page of a run, and the profiles in it; its members' ordinals in order.

        The later reading of a page takes the place of the earlier one. `closing`: the page belongs
        to the second reading of the head that ends a sweep; those may be numbered anew. A run that
        begins again from the head (its cursor expired) is a new run: `abandon` this one.
        """
        ids = accounts.learn(db, network, people, now=read_at)
        members = [ids[person.native_id] for person in people]
        run = runs.get(db, run_id)
        if run is not None and run.finished_at is None:
            number = page_no + CLOSING if closing else page_no
            runs.put_page(db, run_id, PageRow(number, tuple(members), read_at))
            if not closing and page_no >= early.FROM:
                early.take(db, run, members, read_at=read_at)
        return members

    def head(self, db: Connection, key: ListKey, run_id: int) -> Head:
        """What a run's pages show of the head so far, and whether they are enough for a probe."""
        run = runs.get(db, run_id)
        if run is None:
            return Head()
        look = looks.load(db, run, self._overlap)
        return fence.read(look.order, looks.before(db, key, look.first).known, self._overlap)

    def closing_head(self, db: Connection, key: ListKey, run_id: int) -> Head:
        """What a sweep's closing pages show so far; `stop` once they met the sweep's first page.

        Whoever followed again during the sweep left the part that was still to be read for the
        head that had been read: without closing pages it would be missing. `new` are those the
        sweep has not seen. A sweep of one page needs none: `stop` at once.
        """
        run = runs.get(db, run_id)
        if run is None or run.key != key:
            return Head(stop=True)
        return looks.late_in(runs.pages(db, run_id), self._overlap)

    def finish_probe(
        self, db: Connection, run_id: int, *, now: datetime, ended: bool = False
    ) -> Finished:
        """End a probe. Another time it changes nothing.

        `ended`: the list did (no cursor), so that the probe was a sweep, and is one from now on.
        Where it neither ended nor the head said stop, new members are taken in all the same, but
        the next probe is measured by the look before this one.
        """
        return self._finish(db, run_id, now=now, whole=ended)

    def plan_sweep(self, db: Connection, run_id: int) -> Plan | None:
        """What `finish_sweep` would change; None where it is over, or older than what is known."""
        run = runs.get(db, run_id)
        if run is None or run.finished_at is not None or is_late(db, run):
            return None
        return plan(db, looks.load(db, run, self._overlap), self._overlap)

    def end_as_planned(self, db: Connection, planned: Plan, *, now: datetime) -> Finished | None:
        """`finish_sweep` with a plan; None, and nothing is changed, where it stands no more."""
        spans.lock(db)
        run = runs.get(db, planned.look.run.id, lock=True)
        if run is None or run.finished_at is not None or standing(db, run) != planned.stand:
            return None
        return carry_out(db, planned, now=now)

    def finish_sweep(
        self, db: Connection, run_id: int, *, now: datetime, at: datetime | None = None
    ) -> Finished:
        """End a sweep that read the whole list. Another time it changes nothing.

        `at`: the moment a snapshot was made, for all of its pages. One that is older than the
        newest sweep only tightens bounds, and finds nothing: all its numbers are 0.
        """
        return self._finish(db, run_id, now=now, at=at, whole=True)

    def abandon(self, db: Connection, run_id: int) -> None:
        """End a run that will not be finished: its pages are forgotten."""
        run = runs.get(db, run_id, lock=True)
        if run is not None and run.finished_at is None:
            runs.change(db, run_id, finished_at=self._clock())
            runs.drop_pages(db, run_id)

    def classify(
        self, db: Connection, key: ListKey, verdicts_: Mapping[int, AccountState], *, now: datetime
    ) -> Mapping[EndReason, int]:
        """Settle suspects by what their network says of them; how many edges ended, by reason.

        ACTIVE is an unfollow, UNKNOWN stays a suspect, the others are the reason. Networks show
        protected accounts in lists: one that a look-up found is ACTIVE, also where it is protected.
        """
        verdicts.note(db, verdicts_, now=now)
        spans.lock(db)
        return verdicts.classify(db, key, verdicts_)

    def observe(  # noqa: PLR0913 - an event is what it is
        self,
        db: Connection,
        network: str,
        follower: Person,
        followed: Person,
        *,
        at: datetime,
        gone: bool,
        event_id: int,
    ) -> bool:
        """Take in a pushed event; whether it changed what is known.

        Where neither of the two lists is kept, nothing is. Told again, or out of order, events end
        in the same spans. An unfollow before the newest sight of the member leaves it a member.
        """
        known = accounts.by_native(db, network, [follower.native_id, followed.native_id])
        ords = [known[p.native_id].ord if p.native_id in known else 0 for p in (follower, followed)]
        if not edges.kept_lists(db, *ords):
            return False
        ids = accounts.learn(db, network, [follower, followed], now=self._clock())
        spans.lock(db)
        edge = ids[follower.native_id], ids[followed.native_id]
        told = Told(*edge, at, gone, event_id)
        return edges.tell(db, edges.kept_lists(db, *edge), told, self._overlap)

    def _finish(
        self,
        db: Connection,
        run_id: int,
        *,
        now: datetime,
        whole: bool,
        at: datetime | None = None,
    ) -> Finished:
        spans.lock(db)
        run = runs.get(db, run_id, lock=True)
        if run is None or run.finished_at is not None:
            return Finished(0, 0, 0, 0)
        run = run._replace(mode=Mode.SWEEP if whole else Mode.PROBE)
        look = looks.load(db, run, self._overlap, at=at)
        if whole and is_late(db, look.run):
            return backfill(db, look, now=now)
        return carry_out(db, plan(db, look, self._overlap), now=now)
