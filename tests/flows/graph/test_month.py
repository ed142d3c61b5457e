"""A week of three accounts, as the bench has its month: what is known at its end, and what it cost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest

from bench.graph import rivals, truth, worlds
from bench.graph.comparison import APP, FIRST, Books
from bench.graph.delays import DAY
from bench.graph.month import Month, installed
from bench.graph.verdict import Verdict, judge
from pipeline.ingest.graph.service import Wish
from pipeline.settings import Graph
from pipeline.store.graph import spans
from tests.simulators.x.client import Client
from tests.simulators.x.clock import SimClock
from tests.simulators.x.simulator import Simulator

pytestmark = pytest.mark.services
OWNER = Graph(daily_cap=20.0, cycle_cap=60.0, overlap=10)
SEED, DAYS = 5, 7
TICK = timedelta(hours=2)


class Week(NamedTuple):
    """A week that has passed, and a last sweep after it."""

    month: Month
    watched: worlds.Watched
    stays: dict[str, list[truth.Stay]]
    verdict: Verdict
    books: Books


def three() -> worlds.Watched:
    """Accounts that gain and lose enough in a week."""
    start = FIRST.timestamp()
    return worlds.made_up(accounts=3, smallest=250, largest=400, seed=SEED, start=start)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    watched, place = three(), tmp_path_factory.mktemp("week")
    begun_with = truth.followers(watched.world, watched.owners)
    with installed(place, watched.world, OWNER, start=FIRST, seed=SEED, every=TICK) as month:
        month.keep(watched.owners, Wish())
        month.sweep()
        month.live(until=FIRST + timedelta(days=DAYS))
        month.sweep()
        stays = truth.stays_of(watched.world, begun_with)
        end = month.clock().timestamp()
        verdict = judge(month, stays, start=FIRST.timestamp(), end=end)
        books = Books(dict(month.x.simulator.ledger.spent[APP]), month.ledger(), OWNER)
        yield Week(month, watched, stays, verdict, books)


def test_after_the_last_sweep_every_list_is_what_it_is(week: Week) -> None:
    for owner in week.watched.owners:
        with week.month.database.read() as db:
            known = list(spans.current(db, week.month.keys[owner]))
        names = set(week.month.natives(known).values())
        assert names == set(truth.followers(week.watched.world, [owner])[owner])


def test_everybody_who_came_or_went_is_found_and_nobody_else(week: Week) -> None:
    assert len(week.verdict.delays.news) > 10
    assert len(week.verdict.delays.losses) > 5
    assert (week.verdict.missed, week.verdict.false, week.verdict.wrong) == ([], [], [])


def test_new_followers_are_found_by_the_next_count_and_a_tick(week: Week) -> None:
    assert max(week.verdict.delays.news) < 2 * TICK.total_seconds() + 60


def test_no_cap_is_passed_and_every_day_is_in_the_ledger_to_the_cent(week: Week) -> None:
    assert week.books.passed == []
    assert dict(week.books.ledger) == dict(week.books.bill)


def test_nothing_is_paid_for_twice_on_a_day(week: Week) -> None:
    total = week.month.x.simulator.report.total()
    assert total.micros == 10_000 * total.charged
    assert sum(week.books.bill.values()) == total.micros
    assert total.statuses.keys() == {"200"}


def test_a_full_reread_costs_what_is_computed_for_it() -> None:
    watched = three()
    begun_with = truth.followers(watched.world, watched.owners)
    clock = SimClock(rate=0.0, start=FIRST)
    simulator = Simulator(watched.world, clock=clock)
    asked = 0
    for _ in range(DAYS):
        clock.advance(seconds=DAY)
        asked += rivals.reread(Client(simulator), watched.owners)
    end = FIRST.timestamp() + DAYS * DAY
    stays = truth.stays_of(watched.world, begun_with)
    bill = rivals.full(stays.values(), start=FIRST.timestamp(), end=end, every=DAY)
    assert (bill.requests, bill.micros) == (asked, sum(simulator.ledger.spent[APP].values()))


def test_a_reread_of_the_same_day_is_free() -> None:
    watched = three()
    begun_with = truth.followers(watched.world, watched.owners)
    simulator = Simulator(watched.world, clock=SimClock(rate=0.0, start=FIRST))
    rivals.reread(Client(simulator), watched.owners)
    rivals.reread(Client(simulator), watched.owners)
    stays = truth.stays_of(watched.world, begun_with)
    people = sum(len(each) for each in begun_with.values())
    start = FIRST.timestamp()
    bill = rivals.full(stays.values(), start=start, end=start + DAY / 2, every=DAY / 4)
    assert simulator.report.total().charged == people
    assert bill.micros == 10_000 * people


def test_dearer_or_passed_days_are_told() -> None:
    books = Books({"2026-06-01": 70_000_000}, {"2026-06-01": 69_999_999}, OWNER)
    assert books.understated == ["2026-06-01"]
    assert books.passed == ["2026-06-01", "2026-06"]
