"""Lists and their runs: rows in, rows out."""

from datetime import UTC, datetime, timedelta

from pipeline.domain.graph.kinds import Direction, ListKey, Mode
from pipeline.store.database import Database
from pipeline.store.graph import lists, runs
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.runs import PageRow, RunRow

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = ListKey(7, Direction.FOLLOWERS)
ROW = ListRow(*KEY, "x", fence=b"\1\0\0\0", probed_at=NOW)


def test_a_list_is_kept_changed_and_kept_no_longer(database: Database) -> None:
    with database.write() as db:
        lists.save(db, ROW)
        lists.save(db, ROW._replace(interest=2.0))
        assert lists.change(db, KEY, swept_at=NOW)
        assert lists.get(db, KEY, lock=True) == ROW._replace(interest=2.0, swept_at=NOW)
        assert [row.key for row in lists.listing(db)] == [KEY]
        assert lists.remove(db, KEY)
        assert not lists.remove(db, KEY)
        assert lists.get(db, KEY) is None


def test_a_bump_is_for_the_lists_of_one_direction(database: Database) -> None:
    other = ListRow(7, Direction.FOLLOWING, "x")
    with database.write() as db:
        lists.save(db, ROW)
        lists.save(db, other)
        lists.bump(db, Direction.FOLLOWERS, [7, 8])
        assert [row.revision for row in lists.listing(db)] == [1, 0]
        assert lists.owners(db, Direction.FOLLOWING) == {7: None}


def test_pages_come_back_in_order_and_the_later_reading_stays(database: Database) -> None:
    later = NOW + timedelta(seconds=1)
    with database.write() as db:
        runs.add(db, RunRow(1, *KEY, Mode.SWEEP, "api", NOW))
        for page in (
            PageRow(1, (4, 3), NOW),
            PageRow(0, (9, 8), later),
            PageRow(0, (9, 7), NOW),
            PageRow(1, (4, 2), later),
        ):
            runs.put_page(db, 1, page)
        assert runs.pages(db, 1) == [PageRow(0, (9, 8), later), PageRow(1, (4, 2), later)]
        runs.drop_pages(db, 1)
        assert runs.pages(db, 1) == []


def test_runs_of_a_list_come_newest_first(database: Database) -> None:
    days = [NOW + timedelta(days=number) for number in range(3)]
    with database.write() as db:
        for number, day in enumerate(days):
            runs.add(db, RunRow(number + 1, *KEY, Mode.SWEEP, "api", day, complete=number != 1))
        assert [row.id for row in runs.of_list(db, KEY)] == [3, 2, 1]
        after = runs.complete_after(db, KEY, NOW)
        assert after is not None
        assert after.id == 3
        assert runs.complete_after(db, KEY, days[2]) is None
