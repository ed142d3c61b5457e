"""How often lists are read, for the money there is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import exp
from typing import Any

from pipeline.domain.graph.fence import LENGTH
from pipeline.domain.graph.kinds import AccountState, Direction
from pipeline.domain.graph.policy import MOST_PER_DAY
from pipeline.ingest.graph.intervals import Intervals, Kept, Standing
from pipeline.settings import Graph
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.profiles import AccountRow
from tests.support.graph import credential

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def kept(ord_: int, people: int | None = 1000, *, network: str = "x", **values: Any) -> Kept:
    """A list of so many people."""
    owner = AccountRow(
        ord_, network, str(ord_), None, None, AccountState.ACTIVE, None, people, None, None, None
    )
    whose = credential("key" if network == "x" else network, network=network, app=network)
    return ListRow(ord_, Direction.FOLLOWERS, whose.name)._replace(**values), owner, whose


def spread(lists: Sequence[Kept], **graph: Any) -> list[Standing]:
    found = Intervals(Graph(**graph)).of(lists)
    return sorted(found, key=lambda each: each.owner.ord)


def test_a_cheap_list_is_probed_every_hour_for_one_poll_a_day() -> None:
    (only,) = spread([kept(1)], daily_cap=10, cycle_cap=300)
    assert only.polls == MOST_PER_DAY


def test_probes_and_sweeps_together_stay_within_the_scheduled_share() -> None:
    lists = [kept(n, 300) for n in range(40)]
    found = spread(lists, daily_cap=6, cycle_cap=180, scheduled_share=0.5)
    changed = 1 - exp(-0.5)  # of the days: a head is read where the count grew
    polls = sum(each.price * 11 * changed * min(each.polls, 1.0) for each in found)
    counts = 10_000 * len(found)
    sweeps = sum(each.price * (each.size or 0) / each.sweep_days for each in found)
    news = sum(each.price * 0.5 for each in found)
    assert polls + counts + sweeps + news <= 3_000_000
    assert all(each.polls > 0 for each in found)
    assert all(each.sweep_days >= 30 for each in found)


def test_what_one_cares_for_is_looked_at_more_often() -> None:
    dull, dear = spread([kept(1), kept(2, interest=9.0)], daily_cap=0.5, cycle_cap=6)
    assert dear.polls > dull.polls


def test_a_free_network_is_not_held_back_by_money() -> None:
    found = spread([kept(1, network="bluesky"), kept(2)], daily_cap=0.1, cycle_cap=1)
    assert found[0].polls == MOST_PER_DAY
    assert found[0].may_sweep
    assert found[1].polls < 1
    assert not found[1].may_sweep


def test_own_lists_cost_a_tenth() -> None:
    row, owner, whose = kept(1, 400)
    mine = (row, owner, whose._replace(owner_id="1"))
    assert spread([mine], daily_cap=1)[0].may_sweep
    assert not spread([(row, owner, whose)], daily_cap=1)[0].may_sweep


def test_lists_are_counted_where_that_is_cheaper_than_their_heads() -> None:
    row, owner, whose = kept(1, 400)
    mine = (row, owner, whose._replace(owner_id="1"))
    (paid,) = spread([(row, owner, whose)], daily_cap=10, cycle_cap=300)
    (poor,) = spread([(row, owner, whose)], daily_cap=10, cycle_cap=1)
    (own,) = spread([mine], daily_cap=10, cycle_cap=300, overlap=5)
    (free,) = spread([kept(1, network="bluesky")])
    assert (paid.counts, poor.counts, own.counts, free.counts) == (True, False, False, False)


def test_only_who_is_in_the_fence_can_be_searched_for() -> None:
    short, long = spread([kept(1, LENGTH), kept(2, LENGTH + 1)], daily_cap=1000, cycle_cap=30_000)
    assert (short.searched, long.searched) == (True, False)
    assert short.sweep_days == 3 * long.sweep_days
