"""X archives taken into the history, in whatever order they come."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from pipeline.domain.graph.archive import Listed
from pipeline.domain.graph.kinds import Direction, EndReason, ListKey, Mode
from pipeline.domain.graph.port import Person
from pipeline.domain.ids import IdFactory
from pipeline.errors import Rejected
from pipeline.ingest.graph.archives import PAUSED, Archives, Imported
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.snapshot import Snapshot
from pipeline.store.database import Database
from pipeline.store.graph import accounts, lists, runs, suspects
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.runs import PageRow, RunRow
from pipeline.store.graph_tables import (
    account,
    edge_span,
    edge_suspect,
    graph_list,
    graph_run,
    run_page,
)
from tests.support.clock import FakeClock

FOLLOWERS, FOLLOWING = Direction.FOLLOWERS, Direction.FOLLOWING
T0 = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = Person("42", handle="kim", name="Kim", created_at=T0 - timedelta(days=900))
API_RUN = 9


def day(number: float) -> datetime:
    return T0 + timedelta(days=number)


class Owner:
    """Somebody who imports."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        history = History(IdFactory(node=1, clock=clock), clock)
        self.archives = Archives(database, history, clock)

    def take(self, at: float, ids: Sequence[str], **more: Any) -> Imported:
        """Import an archive of a day with these followers."""
        listed = Listed(tuple(ids), unresolved=more.pop("unresolved", ()))
        return self.take_lists(at, {FOLLOWERS: listed}, **more)

    def take_lists(
        self, at: float, found: dict[Direction, Listed], *, is_partial: bool = False
    ) -> Imported:
        snapshot = Snapshot("a.zip", day(at), OWNER, found, is_partial)
        return self.archives.take(snapshot, lambda _: None)

    def ordinal(self, native_id: str = OWNER.native_id) -> int:
        with self.database.write() as db:
            return accounts.ordinals(db, "x", [native_id])[native_id]

    @property
    def key(self) -> ListKey:
        return ListKey(self.ordinal(), FOLLOWERS)

    def kept(self) -> ListRow:
        key = self.key
        with self.database.read() as db:
            found = lists.get(db, key)
        assert found is not None
        return found

    def spans(self) -> dict[str, list[tuple[Any, ...]]]:
        """Bounds and reasons in days, by the follower's native id."""
        key = self.key
        columns = [edge_span.c[name] for name in ("from_lo", "from_hi", "to_lo", "to_hi")]
        query = select(account.c.native_id, *columns, edge_span.c.end_reason)
        query = query.join(account, account.c.ord == edge_span.c.src)
        query = query.where(edge_span.c.dst == key.owner).order_by(edge_span.c.from_hi)
        found: dict[str, list[tuple[Any, ...]]] = {}
        with self.database.read() as db:
            for row in db.execute(query):
                bounds = (None if each is None else (each - T0).days for each in row[1:5])
                found.setdefault(row[0], []).append((*bounds, row[5]))
        return found

    def suspects(self) -> dict[int, tuple[int, int]]:
        key = self.key
        with self.database.read() as db:
            found = suspects.of_list(db, key)
        return {
            member: ((each.seen_at - T0).days, (each.missed_at - T0).days)
            for member, each in found.items()
        }

    def rows(self) -> list[list[Any]]:
        """Everything that is known."""
        with self.database.read() as db:
            tables = (account, graph_list, graph_run, edge_span, edge_suspect)
            return [sorted(map(repr, db.execute(select(table)).all())) for table in tables]

    def read_from_x(self, at: float, ids: Sequence[str], *, fence: bytes | None = b"") -> None:
        """What a sweep of the whole list leaves, the first of all."""
        key = self.key
        members = [self.ordinal(id_) for id_ in ids]
        with self.database.write() as db:
            row = ListRow(*key, "x", probed_at=day(at), swept_at=day(at), fence=fence)
            lists.save(db, row)
            run = RunRow(API_RUN, *key, Mode.SWEEP, "api", day(at), day(at), complete=True)
            runs.add(db, run._replace(members=len(members)))
            for member in members:
                values = {"src": member, "dst": key.owner, "from_hi": day(at), "run_from": API_RUN}
                db.execute(insert(edge_span).values(values))


@pytest.fixture
def owner(database: Database, clock: FakeClock) -> Owner:
    return Owner(database, clock)


OPEN = (None, None, None)


def test_the_first_archive_says_who_was_there_not_since_when(owner: Owner) -> None:
    done = owner.take(5, ["1", "2"])
    assert owner.spans() == {"1": [(None, 5, *OPEN)], "2": [(None, 5, *OPEN)]}
    (imported,) = done.lists
    assert (imported.found.gained, imported.since) == (0, None)


def test_a_list_that_archives_alone_tell_of_is_never_due(owner: Owner) -> None:
    owner.take(5, ["1"])
    row = owner.kept()
    assert (row.credential, row.paused) == ("archive", PAUSED)
    assert (row.next_probe_at, row.next_sweep_at, row.fence) == (None, None, None)
    assert (row.swept_at, row.probed_at) == (day(5), None)


def test_both_lists_of_an_account_are_kept_each_in_its_direction(owner: Owner) -> None:
    owner.take_lists(5, {FOLLOWERS: Listed(("1",)), FOLLOWING: Listed(("1", "2"))})
    key, one, two = owner.key, owner.ordinal("1"), owner.ordinal("2")
    with owner.database.read() as db:
        edges = db.execute(select(edge_span.c.src, edge_span.c.dst)).all()
    assert sorted(map(tuple, edges)) == sorted(
        [(one, key.owner), (key.owner, one), (key.owner, two)]
    )


def test_two_archives_tell_who_came_and_who_left_between_them(owner: Owner) -> None:
    owner.take(5, ["1", "2"])
    (done,) = owner.take(9, ["2", "3"]).lists
    assert owner.spans() == {
        "1": [(None, 5, 5, 9, EndReason.UNKNOWN)],
        "2": [(None, 5, *OPEN)],
        "3": [(5, 9, *OPEN)],
    }
    assert (done.found.gained, done.gone, done.since) == (1, 1, day(5))
    assert owner.suspects() == {}


def test_the_same_archive_again_changes_nothing(owner: Owner) -> None:
    owner.take(5, ["1", "2"])
    owner.take(9, ["2", "3"])
    before = owner.rows()
    for at, ids in ((9, ["2", "3"]), (5, ["1", "2"])):
        assert owner.take(at, ids).lists[0].is_known
    assert owner.rows() == before


def test_another_archive_of_the_same_moment_is_refused(owner: Owner) -> None:
    owner.take(5, ["1", "2"])
    before = owner.spans()
    with pytest.raises(Rejected, match=r"with 2 members was imported, this one has 1.*--at"):
        owner.take(5, ["7"])
    assert owner.spans() == before


def test_the_order_of_archives_makes_no_difference(owner: Owner) -> None:
    found = {2: ["1", "2", "3"], 5: ["2", "4"], 9: ["1", "2", "5"]}
    expected = {
        "1": [(None, 2, 2, 5, EndReason.UNKNOWN), (5, 9, *OPEN)],
        "2": [(None, 2, *OPEN)],
        "3": [(None, 2, 2, 5, EndReason.UNKNOWN)],
        "4": [(2, 5, 5, 9, EndReason.UNKNOWN)],
        "5": [(5, 9, *OPEN)],
    }
    for order in itertools.permutations(found):
        with owner.database.write() as db:
            for table in (edge_span, graph_run, graph_list):
                db.execute(table.delete())
        for at in order:
            owner.take(at, found[at])
        assert owner.spans() == expected
        assert owner.kept().swept_at == day(9)


def test_an_archive_older_than_what_x_said_only_adds_to_it(owner: Owner) -> None:
    owner.read_from_x(9, ["1", "2"])
    (done,) = owner.take(5, ["1", "3"]).lists
    assert owner.spans() == {
        "1": [(None, 5, *OPEN)],
        "2": [(5, 9, *OPEN)],
        "3": [(None, 5, 5, 9, EndReason.UNKNOWN)],
    }
    assert (done.is_late, done.gone, done.since) == (True, 0, None)
    row = owner.kept()
    assert (row.swept_at, row.probed_at, row.credential, row.paused) == (day(9), day(9), "x", None)


def test_who_is_missing_is_asked_about_where_the_list_is_read_anyway(owner: Owner) -> None:
    owner.read_from_x(5, ["1", "2"])
    (done,) = owner.take(9, ["2"]).lists
    assert owner.spans()["1"] == [(None, 5, *OPEN)]
    assert owner.suspects() == {owner.ordinal("1"): (5, 9)}
    assert (done.gone, done.found.suspects) == (0, 1)


def test_a_suspicion_is_narrowed_by_archives_between_and_lifted_by_later_ones(
    owner: Owner,
) -> None:
    owner.read_from_x(1, ["1", "2"])
    owner.take(9, [])
    one, two = owner.ordinal("1"), owner.ordinal("2")
    owner.take(5, ["1"])
    assert owner.suspects() == {one: (5, 9), two: (1, 5)}
    owner.take(12, ["1"])
    assert owner.suspects() == {two: (1, 5)}
    assert owner.spans()["1"] == [(None, 1, *OPEN)]


def test_an_archive_leaves_the_fence_of_a_list_that_is_read(owner: Owner) -> None:
    owner.read_from_x(5, ["1"], fence=b"\1\0\0\0")
    owner.take(9, ["1", "2"])
    row = owner.kept()
    assert (row.fence, row.probed_at, row.swept_at) == (b"\1\0\0\0", day(5), day(9))


def test_nobody_counts_as_gone_where_an_archive_does_not_name_all(owner: Owner) -> None:
    owner.take(5, ["1", "2"])
    owner.take(9, ["3"], unresolved=("kim2",))
    owner.take(11, ["3"], is_partial=True)
    assert owner.spans() == {
        "1": [(None, 5, *OPEN)],
        "2": [(None, 5, *OPEN)],
        "3": [(5, 9, *OPEN)],
    }
    assert owner.kept().swept_at == day(5)


def test_an_archive_that_does_not_name_all_is_of_no_use_before_one_that_does(
    owner: Owner,
) -> None:
    owner.take(5, ["1"])
    before = owner.spans()
    with pytest.raises(Rejected, match="does not name everybody"):
        owner.take(2, ["1"], is_partial=True)
    assert owner.spans() == before


def test_one_who_comes_back_from_a_suspension_is_no_new_one(owner: Owner) -> None:
    owner.take(1, ["1"])
    owner.take(5, [])
    with owner.database.write() as db:
        db.execute(edge_span.update().values(end_reason=EndReason.SUSPENDED))
    (done,) = owner.take(9, ["1", "2"]).lists
    assert (done.found.gained, done.found.returned) == (1, 1)


def test_a_profile_that_is_known_better_stays(owner: Owner) -> None:
    with owner.database.write() as db:
        accounts.learn(db, "x", [Person("42", handle="kim_now", followers=7)], now=day(30))
        accounts.learn(db, "x", [Person("1", handle="ann")], now=day(30))
    owner.take(5, ["1"])
    with owner.database.read() as db:
        known = accounts.by_native(db, "x", ["42", "1"])
    assert (known["42"].handle, known["1"].handle) == ("kim_now", "ann")


def test_an_account_is_known_by_its_archive(owner: Owner) -> None:
    owner.take(5, [])
    with owner.database.read() as db:
        row = accounts.by_handle(db, "x", "Kim")
    assert row is not None
    assert (row.native_id, row.name, row.created_at) == ("42", "Kim", OWNER.created_at)


def test_whoever_cached_either_list_of_an_edge_looks_again(owner: Owner) -> None:
    fan = owner.ordinal("1")
    with owner.database.write() as db:
        lists.save(db, ListRow(fan, FOLLOWING, "x"))
    owner.take(5, ["1", "2"])
    with owner.database.read() as db:
        other = lists.get(db, ListKey(fan, FOLLOWING))
    assert other is not None
    assert owner.kept().revision > 0
    assert other.revision > 0


def test_an_import_that_was_broken_off_is_made_whole_by_the_next(owner: Owner) -> None:
    class BrokenOffError(Exception):
        pass

    def stop(_: int) -> None:
        raise BrokenOffError

    snapshot = Snapshot("a.zip", day(5), OWNER, {FOLLOWERS: Listed(("1", "2"))}, is_partial=False)
    with pytest.raises(BrokenOffError):
        owner.archives.take(snapshot, stop)
    assert owner.spans() == {}
    owner.take(5, ["1", "2"])
    assert set(owner.spans()) == {"1", "2"}
    with owner.database.read() as db:
        assert db.execute(select(run_page)).all() == []


def test_an_import_that_was_killed_leaves_nothing_behind_after_the_next(owner: Owner) -> None:
    owner.take(5, ["1"])
    key = owner.key
    with owner.database.write() as db:  # a run of pages that nobody finishes
        runs.add(db, RunRow(3, *key, Mode.SWEEP, "archive", day(9)))
        runs.put_page(db, 3, PageRow(0, (key.owner,), day(9)))
    owner.take(9, ["1"])
    assert owner.spans() == {"1": [(None, 5, *OPEN)]}
    with owner.database.read() as db:
        assert db.execute(select(run_page)).all() == []
