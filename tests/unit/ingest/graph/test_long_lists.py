"""Lists too long for one transaction: edges come with pages, and are shown when the run has finished."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import Direction, JobState, ListKey, Mode
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph import early, ending, fetching
from pipeline.ingest.graph.finishing import Finished, Plan
from pipeline.ingest.graph.guarded import GuardedHistory
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.questions.lists import read_lists
from pipeline.ingest.graph.reading import LONG
from pipeline.store.graph import accounts, changes, edges, lists, sets, spans, suspects
from pipeline.store.graph.changes import Window
from pipeline.store.graph.edges import Chosen
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph_tables import edge_span
from tests.support.chaos import Killed
from tests.support.graph import FakeNetwork, Followed
from tests.support.world import World

PAGE = 1000
LENGTH = LONG + 500


def rows(world: World) -> int:
    with world.database.read() as db:
        return db.execute(select(func.count()).select_from(edge_span)).scalar_one()


def answers(db: Connection, key: ListKey, now: datetime) -> set[int]:
    """How many edges of a list there are, by all that may be asked."""
    before, late = now - timedelta(days=1000), now + timedelta(days=1000)
    window = Window(before, late, [ChangeKind.GAINED])
    began = len(changes.page(db, key, window, after=None, limit=100_000))
    grouped = sum(group.edges for group in changes.grouped(db, key, before))
    assert began == 0  # nobody had looked before: nothing is known to have begun
    (reading,) = read_lists(db, [key])
    (past,) = read_lists(db, [key], at=late)
    return {
        grouped,
        changes.lasting(db, key, late),
        len(reading.known.shown()),
        len(past.known.shown()),
        len(sets.known_at(db, key, late)),
        sum(1 for _ in edges.edges(db, Chosen("x", [key]))),
        sum(1 for _ in edges.edges(db, Chosen("x"))),
        max(sum(1 for _ in edges.nodes(db, Chosen("x", [key]))) - 1, 0),
    }


def steps(world: World) -> Iterator[None]:
    """Work what is due, a task at a time; who was killed is let go by the leases."""
    for _ in range(3):
        while due := world.due():
            for each in due:
                try:
                    world.bench.work(each)
                except Killed:
                    world.clock.advance(seconds=150)
                yield
        world.clock.advance(seconds=150)


def begun(followed: Followed, mode: Mode | None = None) -> int:
    """Ask for a reading; its job."""
    world = followed.world
    with world.database.write() as db:
        job = world.container.graph.sync(db, followed.listed(), mode)
    assert job is not None
    return job.id


def test_no_step_begins_more_edges_than_a_few_pages_hold_and_none_shows_half_of_them(
    followed: Followed, world: World
) -> None:
    members = followed.joined(LENGTH)
    job, key = begun(followed), followed.row.key
    written, most, seen = 0, 0, []
    for _ in steps(world):
        now = rows(world)
        most, written = max(most, now - written), now
        with world.database.read() as db:
            seen.append(answers(db, key, world.clock()))
    done = followed.job(job)
    assert (done.state, done.version) == (JobState.DONE, done.page_no + 1)
    assert most <= early.FROM * PAGE < LENGTH / 2
    assert followed.members() == set(members)
    whole = [each == {LENGTH} for each in seen]
    assert whole == sorted(whole)
    assert all(each == {0} for each, ended in zip(seen, whole, strict=True) if not ended)


class Mortal(GuardedHistory):
    """Is killed once at each of its parts, after it has done it and before that is committed."""

    def __init__(self, world: World) -> None:
        super().__init__(world.container.ids, world.clock, world.container.erased, overlap=10)
        self.deaths: set[object] = set()

    def _die(self, *part: object) -> None:
        if part not in self.deaths:
            self.deaths.add(part)
            raise Killed

    def take_page(self, db: Connection, run_id: int, page_no: int, *rest: Any, **more: Any) -> Any:
        members = super().take_page(db, run_id, page_no, *rest, **more)
        self._die("page", page_no, more["closing"])
        return members

    def plan_sweep(self, db: Connection, run_id: int) -> Plan | None:
        planned = super().plan_sweep(db, run_id)
        self._die("plan")
        return planned

    def end_as_planned(self, db: Connection, planned: Plan, *, now: datetime) -> Finished | None:
        found = super().end_as_planned(db, planned, now=now)
        self._die("end")
        return found


class Slow(GuardedHistory):
    """Takes minutes to plan the end of a list."""

    def __init__(self, world: World) -> None:
        super().__init__(world.container.ids, world.clock, world.container.erased, overlap=10)
        self.world = world
        self.overtaken = 0

    def plan_sweep(self, db: Connection, run_id: int) -> Plan | None:
        planned = super().plan_sweep(db, run_id)
        self.world.clock.advance(seconds=170)
        self.overtaken += len(self.world.due())
        return planned


def test_whoever_plans_for_longer_than_a_lease_is_not_overtaken(
    followed: Followed, world: World, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PLANNED_WITHIN", timedelta(seconds=30))
    history = Slow(world)
    world.use_network(network, history)
    followed.joined(LENGTH)
    job = begun(followed)
    for _ in steps(world):
        pass
    assert followed.job(job).state == JobState.DONE
    assert history.overtaken == 0


def test_killed_at_every_step_it_goes_on_where_it_was_and_nobody_sees_half(
    followed: Followed, world: World, network: FakeNetwork
) -> None:
    history = Mortal(world)
    world.use_network(network, history)
    members = followed.joined(LENGTH)
    job, key = begun(followed), followed.row.key
    for _ in steps(world):
        ended = followed.job(job).state == JobState.DONE
        with world.database.read() as db:
            state = sets.states(db, [key])[key]
            assert len(sets.members(db, state)) == (LENGTH if ended else 0)
    done = followed.job(job)
    assert (done.state, done.version) == (JobState.DONE, done.page_no + 1)
    assert len(history.deaths) == done.version + 1
    assert followed.members() == set(members)
    assert rows(world) == LENGTH
    with world.database.read() as db:
        assert world.container.graph.turnstile.spent(db, "app").day == LENGTH * 10_000


class Restless(GuardedHistory):
    """A history of a list that changes whenever its end was worked out."""

    def __init__(self, world: World) -> None:
        super().__init__(world.container.ids, world.clock, world.container.erased, overlap=10)
        self._world = world
        self.plans = 0

    def plan_sweep(self, db: Connection, run_id: int) -> Plan | None:
        planned = super().plan_sweep(db, run_id)
        assert planned is not None
        self.plans += 1
        with self._world.database.write() as other:
            lists.bump(other, planned.look.run.direction, [planned.look.run.owner])
        return planned


def test_a_list_that_changes_all_the_time_is_ended_all_the_same(
    followed: Followed, world: World, network: FakeNetwork
) -> None:
    history = Restless(world)
    world.use_network(network, history)
    members = followed.joined(LENGTH)
    job = begun(followed)
    for _ in steps(world):
        pass
    assert followed.job(job).state == JobState.DONE
    assert history.plans == ending.PLANS
    assert followed.members() == set(members)


class Run:
    """A reading in pages of two, from a list's head."""

    def __init__(self, world: World, history: History, key: ListKey) -> None:
        self._world = world
        self.history = history
        self.key = key
        with world.database.write() as db:
            self.id = history.begin(db, key, mode=Mode.SWEEP, at=world.clock())

    def read(self, *members: int) -> None:
        """Take in these, by native id."""
        for number, start in enumerate(range(0, len(members), 2)):
            self._world.clock.advance(seconds=1)
            people = [Person(str(each)) for each in members[start : start + 2]]
            with self._world.database.write() as db:
                at = self._world.clock()
                self.history.take_page(db, self.id, number, "x", people, read_at=at)

    def end(self) -> Finished:
        """Finish."""
        with self._world.database.write() as db:
            return self.history.finish_sweep(db, self.id, now=self._world.clock())


@pytest.fixture
def key(world: World) -> ListKey:
    with world.database.write() as db:
        row = ListRow(accounts.ordinals(db, "x", ["1"])["1"], Direction.FOLLOWERS, "key")
        lists.save(db, row)
        found = lists.get(db, row.key)
    assert found is not None
    return found.key


def test_what_a_reading_left_that_was_broken_off_shows_when_the_next_has_finished(
    world: World, key: ListKey
) -> None:
    history = world.container.graph.history
    first = Run(world, history, key)
    first.read(*range(10, 26))
    assert rows(world) == 16 - 2 * early.FROM
    with world.database.write() as db:
        history.abandon(db, first.id)
    seen_by = world.clock()
    world.clock.advance(hours=1)
    second = Run(world, history, key)
    second.read(*range(10, 25))  # the last one has gone
    with world.database.read() as db:
        assert answers(db, key, world.clock()) == {0}
    assert second.end().suspects == 1
    with world.database.read() as db:
        assert answers(db, key, world.clock()) == {16}
        (missing,) = suspects.of_list(db, key).values()
        assert missing.seen_at == seen_by


def test_a_member_whose_own_list_is_kept_comes_with_the_end(world: World, key: ListKey) -> None:
    with world.database.write() as db:
        member = accounts.ordinals(db, "x", ["25"])["25"]
        own = ListRow(member, Direction.FOLLOWING, "key")
        lists.save(db, own)
    run = Run(world, world.container.graph.history, key)
    run.read(*range(10, 26))
    with world.database.read() as db:
        assert not spans.open_among(db, key, [member])
    run.end()
    with world.database.read() as db:
        assert set(spans.open_among(db, key, [member])) == {member}
        changed = lists.get(db, ListKey(member, own.direction))
    assert changed is not None
    assert changed.revision == 1


def test_a_plan_does_not_stand_where_a_member_was_pushed_or_erased_since(
    world: World, key: ListKey
) -> None:
    history = world.container.graph.history
    run = Run(world, history, key)
    run.read(*range(10, 26))
    with world.database.read() as db:
        planned = history.plan_sweep(db, run.id)
    assert planned is not None
    with world.database.write() as db:
        at, ends = world.clock(), (Person("25"), Person("1"))
        assert history.observe(db, "x", *ends, at=at, gone=True, event_id=7)
    with world.database.write() as db:
        assert history.end_as_planned(db, planned, now=world.clock()) is None
        assert sets.states(db, [key])[key].swept_at is None
    with world.database.read() as db:
        planned = history.plan_sweep(db, run.id)
    assert planned is not None
    with world.database.write() as db:
        assert history.end_as_planned(db, planned, now=world.clock()) is not None
        assert history.end_as_planned(db, planned, now=world.clock()) is None
        gone = accounts.ordinals(db, "x", ["25"])["25"]
        assert gone not in spans.current(db, key)
        assert len(spans.current(db, key)) == 15
