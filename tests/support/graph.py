"""Rows of a follow graph for tests, and a network that is a Python object."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection

from pipeline.domain.graph import plans
from pipeline.domain.graph.kinds import AccountState, Direction, JobState, Mode, Priority, X
from pipeline.domain.graph.plans import Sweep
from pipeline.domain.graph.port import Limits, Page, Person, Profiles
from pipeline.store.database import Database
from pipeline.store.graph import accounts, credentials, jobs, lists, spans
from pipeline.store.graph.credentials import CredentialRow
from pipeline.store.graph.jobs import JobRow, Line
from pipeline.store.graph.lists import ListRow
from tests.support.world import World

CREDENTIAL = "key"
LINE = Line(CREDENTIAL, "followers")
START = datetime.fromisoformat("2026-06-01T12:00:00+00:00")
_numbers = count(1)


def credential(name: str = CREDENTIAL, **values: Any) -> CredentialRow:
    """A credential of X that is its app's own."""
    row = CredentialRow(name, X, "bearer", "app", None, None, None, 1, None, None, None, START)
    return row._replace(**values)


def put_credential(db: Connection, name: str = CREDENTIAL, **values: Any) -> CredentialRow:
    """Store a credential."""
    row = credential(name, **values)
    credentials.save(db, row)
    return row


def put_list(
    db: Connection, native_id: str, direction: Direction = Direction.FOLLOWERS, **values: Any
) -> ListRow:
    """Keep a list of an account, which is made where it is not known."""
    network = values.pop("network", X)
    owner = accounts.ordinals(db, network, [native_id])[native_id]
    row = ListRow(owner, direction, CREDENTIAL)._replace(**values)
    lists.save(db, row)
    return row


def job(owner: int, **values: Any) -> JobRow:
    """A job that may begin at once."""
    row = JobRow(
        id=next(_numbers),
        owner=owner,
        direction=Direction.FOLLOWERS,
        mode=Mode.SWEEP,
        state=JobState.OPEN,
        credential=CREDENTIAL,
        endpoint="followers",
        priority=Priority.SWEEP,
        run_id=0,
        cursor=None,
        page_no=0,
        version=0,
        not_before=START,
        out_until=None,
        attempts=0,
        served=0.0,
        plan=plans.encode(Sweep()),
        reason=None,
        created_at=START,
    )
    return row._replace(**values)


def put_jobs(db: Connection, rows: Sequence[JobRow]) -> None:
    """Store jobs."""
    for row in rows:
        assert jobs.add(db, row)


class FakeNetwork:
    """A network whose lists are Python lists, newest first. Cursors are positions that don't shift.

    It refuses to be asked while a transaction is open, counts what it is asked, and charges nothing.
    """

    largest_page = 1000
    largest_lookup = 100

    def __init__(self, clock: Callable[[], datetime], database: Database) -> None:
        self.clock = clock
        self._database = database
        self.lists: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self.states: dict[str, AccountState] = {}
        self.handles: dict[str, str] = {}
        self.asked: list[tuple[str, str | None, int]] = []
        self.looked_up: list[str] = []
        self.miscounted = 0
        """Added to every count of followers."""
        self.failures: list[Exception] = []
        self.before: Callable[[], None] = lambda: None
        self.quota, self.used, self.reset_at = 300, 0, clock()
        self._positions = count(1)

    def follow(self, native_id: str, *members: str, direction: str = "followers") -> None:
        """Put members at the head of a list, each before the last."""
        line = self.lists.setdefault((native_id, direction), [])
        rest = [entry for entry in line if entry[1] not in set(members)]
        new = [(next(self._positions), member) for member in members]
        line[:] = [*reversed(new), *rest]

    def unfollow(self, native_id: str, *members: str, direction: str = "followers") -> None:
        """Take members out of a list."""
        line = self.lists[native_id, direction]
        line[:] = [entry for entry in line if entry[1] not in members]

    def members(self, native_id: str, direction: str = "followers") -> list[str]:
        """Who is in a list and shown there, newest first."""
        line = self.lists.get((native_id, direction), [])
        return [member for _, member in line if self._is_shown(member)]

    def page(self, native_id: str, direction: str, *, cursor: str | None, size: int) -> Page:
        """A page; those suspended are left out after it was cut."""
        self._called()
        self.asked.append((native_id, cursor, size))
        line = self.lists.get((native_id, direction), [])
        rest = [entry for entry in line if cursor is None or entry[0] < int(cursor)]
        cut = rest[:size]
        more = str(cut[-1][0]) if len(rest) > size else None
        people = [self._person(member) for _, member in cut if self._is_shown(member)]
        return Page(people, more, self._limits(), self.clock())

    def profiles(self, native_ids: Sequence[str]) -> Profiles:
        """Accounts by id."""
        self._called()
        self.looked_up += native_ids
        found = [self._person(id_) for id_ in native_ids if self._is_shown(id_)]
        missing = {id_: self.states[id_] for id_ in native_ids if not self._is_shown(id_)}
        return Profiles(found, missing, self._limits(), self.clock())

    def find(self, handle: str) -> Profiles:
        """An account by its handle."""
        self._called()
        native_id = self.handles.get(handle)
        if native_id is None:
            return Profiles([], {handle: AccountState.UNKNOWN}, self._limits(), self.clock())
        return Profiles([self._person(native_id)], {}, self._limits(), self.clock())

    def _called(self) -> None:
        kept = self._database._kept.get(threading.current_thread(), [])
        assert not any(each.in_transaction() for each in kept), "called with a transaction open"
        self.before()
        if self.failures:
            raise self.failures.pop(0)

    def _is_shown(self, native_id: str) -> bool:
        state = self.states.get(native_id, AccountState.ACTIVE)
        return state not in (AccountState.SUSPENDED, AccountState.DELETED)

    def _person(self, native_id: str) -> Person:
        handle = next((h for h, id_ in self.handles.items() if id_ == native_id), f"u{native_id}")
        followers = len(self.lists.get((native_id, "followers"), ())) + self.miscounted
        protected = self.states.get(native_id) is AccountState.PROTECTED
        return Person(native_id, handle, followers=followers, protected=protected)

    def _limits(self) -> Limits:
        now = self.clock()
        if now >= self.reset_at:
            self.used, self.reset_at = 0, now + timedelta(seconds=900)
        self.used += 1
        return Limits(self.quota, max(0, self.quota - self.used), self.reset_at)


class Followed:
    """One account whose followers are kept, and questions about how reading them goes."""

    owner = "1"

    def __init__(self, world: World, network: FakeNetwork, **values: Any) -> None:
        self.world = world
        self.network = network
        with world.database.write() as db:
            put_credential(db)
            self.row = put_list(db, self.owner, **values)

    def joined(self, count: int, *, first: int = 100) -> list[str]:
        """So many new followers, by id."""
        members = [str(first + n) for n in range(count)]
        self.network.follow(self.owner, *members)
        return members

    def sync(self, mode: Mode | None = None) -> JobRow:
        """Ask for a reading and work everything that is due; the job afterwards."""
        with self.world.database.write() as db:
            row = lists.get(db, self.row.key)
            assert row is not None
            job = self.world.container.graph.sync(db, row, mode)
        assert job is not None
        self.world.work()
        return self.job(job.id)

    def job(self, job_id: int) -> JobRow:
        """A job as it is now."""
        with self.world.database.read() as db:
            found = jobs.get(db, job_id)
        assert found is not None
        return found

    def listed(self) -> ListRow:
        """The list's row as it is now."""
        with self.world.database.read() as db:
            found = lists.get(db, self.row.key)
        assert found is not None
        return found

    def members(self) -> set[str]:
        """Who is in the list now, as far as is known, by native id."""
        with self.world.database.read() as db:
            rows = accounts.many(db, spans.current(db, self.row.key))
        return {row.native_id for row in rows.values()}
