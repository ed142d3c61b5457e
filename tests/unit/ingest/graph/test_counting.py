"""Counts instead of heads, and searches for those who left, on a network of Python lists."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain.graph.port import Person
from pipeline.settings import Graph
from pipeline.store.database import Database
from pipeline.store.graph import accounts
from tests.support.clock import FakeClock
from tests.support.graph import FakeNetwork, Followed, put_list
from tests.support.world import World

HOUR = timedelta(hours=1)


@pytest.fixture
def counted(followed: Followed) -> Followed:
    """An account of 300 followers that was swept and counted."""
    return swept(followed)


@pytest.fixture
def poor(database: Database, clock: FakeClock, tmp_path: Path) -> Followed:
    """The same, of one who can pay for reading it once and counting."""
    world = World(database, clock, tmp_path, graph=Graph(daily_cap=7, cycle_cap=7))
    network = FakeNetwork(clock, database)
    world.use_network(network)
    return swept(Followed(world, network))


def swept(followed: Followed) -> Followed:
    """Swept, counted, and nothing asked since."""
    followed.joined(300)
    with followed.world.database.write() as db:
        accounts.learn(db, "x", [Person("1", "one", followers=300)], now=followed.world.clock())
    followed.sync()
    pass_hours(followed, 2)
    followed.network.asked.clear()
    followed.network.looked_up.clear()
    return followed


def pass_hours(followed: Followed, hours: int) -> None:
    """Let beat tick once an hour, and work what that brings."""
    for _ in range(hours):
        followed.world.clock.now += HOUR
        followed.world.tick("graph")


def paid(followed: Followed) -> int:
    """What pages cost so far, in micro-dollars."""
    query = "SELECT sum(cost) FROM budget_ledger WHERE kind = 'followers'"
    with followed.world.database.read() as db:
        return int(db.exec_driver_sql(query).scalar_one())


def test_while_the_count_is_the_same_nobody_is_asked_for(counted: Followed) -> None:
    pass_hours(counted, 24)
    assert counted.network.asked == []
    assert counted.network.looked_up == ["1"] * 24


def test_the_head_is_read_when_the_count_grew_and_no_further_than_it_says(
    counted: Followed,
) -> None:
    new = counted.joined(3, first=9000)
    pass_hours(counted, 2)
    ((_, cursor, size),) = counted.network.asked
    assert (cursor, size) == (None, 3 + 10 + 1)
    assert set(new) <= counted.members()
    assert counted.listed().tally.lost == 0


def test_who_left_is_searched_for_from_the_head_and_no_deeper_than_need_be(
    counted: Followed,
) -> None:
    counted.world.clock.now += timedelta(days=4)
    counted.network.unfollow("1", "350")  # rank 49 of 300
    pass_hours(counted, 3)
    assert "350" not in counted.members()
    assert len(counted.members()) == 299
    assert 50 <= sum(size for _, _, size in counted.network.asked) <= 50 + 2 * 10 + 20
    assert counted.network.looked_up.count("350") == 1
    assert (counted.listed().expected, counted.listed().tally.lost) == (299, 0)


def test_a_search_waits_until_the_last_one_is_a_day_ago(counted: Followed) -> None:
    pass_hours(counted, 12)
    counted.network.unfollow("1", "350")  # after midnight, half a day after the sweep
    pass_hours(counted, 4)
    assert counted.network.asked == []
    assert counted.listed().tally.lost == 1
    pass_hours(counted, 24)
    assert counted.listed().tally.lost == 0


def test_who_left_on_the_day_the_list_was_read_is_found_for_nothing(counted: Followed) -> None:
    before = paid(counted)
    counted.network.unfollow("1", "350")
    pass_hours(counted, 3)
    assert "350" not in counted.members()
    assert counted.network.asked == [("1", None, 299)]
    assert paid(counted) == before


def test_below_what_was_read_today_nobody_is_looked_for_at_once(counted: Followed) -> None:
    pass_hours(counted, 12)
    new = counted.joined(20, first=9000)
    pass_hours(counted, 2)
    before = paid(counted)
    counted.network.asked.clear()
    counted.network.unfollow("1", "350")
    pass_hours(counted, 2)
    assert counted.network.asked == [("1", None, 20 + 10)]
    assert counted.listed().tally.lost == 1
    counted.network.asked.clear()
    counted.network.unfollow("1", new[0])
    pass_hours(counted, 2)
    assert new[0] not in counted.members()
    assert counted.listed().tally.lost == 1
    assert paid(counted) == before


def test_where_the_count_errs_a_search_ends_at_the_lists_end_and_is_not_repeated(
    counted: Followed, network: FakeNetwork
) -> None:
    pass_hours(counted, 12)  # until what was read is free no longer
    network.miscounted = -2
    pass_hours(counted, 24 * 5)
    assert len(counted.members()) == 300
    assert sum(size for _, _, size in network.asked) <= 340
    assert counted.listed().expected == 298


def test_one_request_counts_all_lists_of_a_credential(counted: Followed) -> None:
    with counted.world.database.write() as db:
        for other in ("2", "3"):
            accounts.learn(db, "x", [Person(other, other, followers=0)], now=counted.world.clock())
            put_list(db, other)
    counted.network.looked_up.clear()
    pass_hours(counted, 3)
    assert counted.network.looked_up[-3:] == ["1", "2", "3"]
    with counted.world.database.read() as db:
        rows = db.exec_driver_sql("SELECT id, page_no FROM sync_job WHERE mode = 'count'").all()
    assert all(page_no == 1 for _, page_no in rows)


def test_without_the_money_for_it_nobody_is_searched_for(
    poor: Followed,
) -> None:
    poor.world.clock.now += timedelta(days=4)
    poor.network.unfollow("1", "350")
    pass_hours(poor, 30)
    assert poor.listed().tally.lost == 1
    assert poor.network.asked == []
