"""A list of followers that lives, and hands that read it as sync jobs do."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import AccountState, Direction, EndReason, ListKey, Mode
from pipeline.domain.graph.port import Person
from pipeline.domain.graph.sets import Known
from pipeline.domain.graph.spans import Span
from pipeline.domain.ids import IdFactory
from pipeline.ingest.graph.finishing import Finished
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.questions.lists import read_lists
from pipeline.store.database import Database
from pipeline.store.graph import accounts, lists, spans, stories, suspects
from pipeline.store.graph.lists import ListRow
from tests.support.clock import FakeClock

OWNER = "0"


class Change(NamedTuple):
    """A member came into sight, or went out of it and why."""

    at: datetime
    member: str
    reason: EndReason | None = None


class Followers:
    """Newest first, by positions that stay: cursors don't shift, the hidden are cut from pages."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.positions: dict[str, int] = {}
        self.states: dict[str, AccountState] = {}
        self.changes: list[Change] = []
        self._next = 0

    def follow(self, *members: str) -> None:
        for member in members:
            self._next += 1
            self.positions[member] = self._next
            self._note(member)

    def unfollow(self, member: str) -> None:
        del self.positions[member]
        self._note(member, EndReason.UNFOLLOWED)

    def hide(self, member: str, state: AccountState = AccountState.SUSPENDED) -> None:
        self.states[member] = state
        self._note(member, EndReason(state.value))

    def show(self, member: str) -> None:
        del self.states[member]
        self._note(member)

    def visible(self) -> list[str]:
        order = sorted(self.positions, key=self.positions.__getitem__, reverse=True)
        return [member for member in order if member not in self.states]

    def page(self, cursor: int | None, size: int) -> tuple[list[Person], int | None]:
        below = [p for p in self.positions.values() if cursor is None or p < cursor]
        raw = sorted(below, reverse=True)
        named = {position: member for member, position in self.positions.items()}
        shown = [named[each] for each in raw[:size] if named[each] not in self.states]
        return [Person(member) for member in shown], raw[size - 1] if len(raw) > size else None

    def at(self, moment: datetime) -> set[str]:
        """Who was in sight then."""
        seen: dict[str, bool] = {}
        for change in self.changes:
            if change.at <= moment:
                seen[change.member] = change.reason is None
        return {member for member, is_there in seen.items() if is_there}

    def _note(self, member: str, reason: EndReason | None = None) -> None:
        self.clock.advance(seconds=1)
        self.changes.append(Change(self.clock(), member, reason))


class Keeper:
    """Keeps one account's followers."""

    def __init__(
        self, database: Database, clock: FakeClock, *, size: int = 10, overlap: int = 5
    ) -> None:
        self.database, self.clock, self.size = database, clock, size
        self.followers = Followers(clock)
        self.history = History(IdFactory(node=1, clock=clock), clock, overlap=overlap)
        with database.write() as db:
            self.key = self.keep(db, OWNER, Direction.FOLLOWERS)

    def keep(self, db: Connection, native_id: str, direction: Direction) -> ListKey:
        ord_ = accounts.ordinals(db, "x", [native_id])[native_id]
        lists.save(db, ListRow(ord_, direction, "x"))
        return ListKey(ord_, direction)

    def ords(self, *members: str) -> set[int]:
        with self.database.write() as db:
            return set(accounts.ordinals(db, "x", members).values())

    def names(self, members: Iterable[int]) -> set[str]:
        with self.database.read() as db:
            return {row.native_id for row in accounts.many(db, members).values()}

    def begin(self, mode: Mode) -> int:
        with self.database.write() as db:
            return self.history.begin(db, self.key, mode=mode, at=self.clock())

    def take(self, run: int, number: int, members: Iterable[Person], **how: bool) -> None:
        self.clock.advance(seconds=1)
        with self.database.write() as db:
            people = list(members)
            self.history.take_page(db, run, number, "x", people, read_at=self.clock(), **how)

    def sweep(
        self,
        meanwhile: Callable[[], object] = lambda: None,
        again: Callable[[], bool] | None = None,
    ) -> Finished:
        """Read the whole list and its head again. `again` says whether a page is read twice."""
        run = self.begin(Mode.SWEEP)
        for closing in (False, True):
            number, cursor, more = 0, None, True
            while more:
                for _ in range(2 if again is not None and again() else 1):
                    people, after = self.followers.page(cursor, self.size)
                    self.take(run, number, people, closing=closing)
                    meanwhile()
                number, cursor, more = number + 1, after, after is not None
                more = more and not (closing and self.closed(run))
        with self.database.write() as db:
            return self.history.finish_sweep(db, run, now=self.clock())

    def closed(self, run: int) -> bool:
        with self.database.read() as db:
            return self.history.closing_head(db, self.key, run).stop

    def probe(self) -> Finished:
        run, number, cursor, more = self.begin(Mode.PROBE), 0, None, True
        while more:
            people, cursor = self.followers.page(cursor, self.size)
            self.take(run, number, people)
            with self.database.read() as db:
                more = cursor is not None and not self.history.head(db, self.key, run).stop
            number += 1
        with self.database.write() as db:
            ended = cursor is None
            return self.history.finish_probe(db, run, now=self.clock(), ended=ended)

    def confirm(self) -> dict[EndReason, int]:
        with self.database.write() as db:
            waiting = accounts.many(db, suspects.of_list(db, self.key))
            states = self.followers.states
            verdicts = {
                ord_: states.get(row.native_id, AccountState.ACTIVE)
                for ord_, row in waiting.items()
            }
            return dict(self.history.classify(db, self.key, verdicts, now=self.clock()))

    def push(self, member: str, at: datetime, event_id: int, *, gone: bool = False) -> bool:
        with self.database.write() as db:
            return self.history.observe(
                db, "x", Person(member), Person(OWNER), at=at, gone=gone, event_id=event_id
            )

    def members(self) -> set[str]:
        with self.database.read() as db:
            return self.names(spans.current(db, self.key))

    def as_of(self, at: datetime) -> Known:
        with self.database.read() as db:
            (reading,) = read_lists(db, [self.key], at=at)
        return reading.known

    def story(self, member: str) -> list[Span]:
        (ord_,) = self.ords(member)
        with self.database.read() as db:
            return stories.of_edge(db, *self.key.edge(ord_))


def moments(random: Random, first: datetime, last: datetime, count: int) -> list[datetime]:
    """Random times between two."""
    length = (last - first) / timedelta(microseconds=1)
    return [first + timedelta(microseconds=random.uniform(0, length)) for _ in range(count)]
