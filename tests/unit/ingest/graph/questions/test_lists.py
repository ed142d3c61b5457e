"""Lists as sets, now and then."""

from bisect import bisect_left
from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from pipeline.domain.graph.kinds import Direction, EndReason, ListKey
from pipeline.domain.graph.sets import Known
from pipeline.ingest.graph.questions.lists import Reading, read_lists, refresh
from pipeline.store.database import Database
from pipeline.store.graph import lists, sets
from tests.support.examples import SHARED
from tests.support.graphs import FOLLOWERS, FOLLOWING, Change, Graphs, day, there_at

QUIRKS = settings(SHARED, max_examples=15)
HOURS = st.integers(0, 24 * 20).map(lambda hours: day(hours / 24))
FAR = 1_000_000  # members are no owners
MEMBERS = st.integers(FAR, FAR + 5)


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Members that come and go, each at its own times."""
    changes = []
    for member in draw(st.sets(MEMBERS)):
        times = sorted(draw(st.lists(HOURS, min_size=1, max_size=5, unique=True)))
        changes += [Change(at, member, n % 2 == 0) for n, at in enumerate(times)]
    return changes


def read(database: Database, key: ListKey, at: datetime | None = None) -> Reading:
    with database.read() as db:
        return read_lists(db, [key], at=at)[0]


def traceable(changes: list[Change], looks: list[datetime]) -> list[Change]:
    """Of each member one change at most between two readings: of more there can be no trace."""
    times = {(each.member, bisect_left(looks, each.at)): each.at for each in sorted(changes)}
    there: Counter[int] = Counter()
    kept = []
    for (member, _), at in sorted(times.items()):
        kept.append(Change(at, member, there[member] % 2 == 0))
        there[member] += 1
    return kept


@QUIRKS
@given(
    changes=histories(),
    looks=st.lists(HOURS, min_size=1, max_size=6, unique=True).map(sorted),
    moments=st.lists(HOURS, min_size=1, max_size=4),
    direction=st.sampled_from(Direction),
)
def test_what_is_known_of_a_moment_encloses_the_truth(  # noqa: PLR0913, PLR0917 - two fixtures, four draws
    database: Database,
    graphs: Graphs,
    changes: list[Change],
    looks: list[datetime],
    moments: list[datetime],
    direction: Direction,
) -> None:
    key = graphs.list(*graphs.people(None), direction)
    changes = traceable(changes, looks)
    graphs.observe(key, changes, looks)
    for moment in moments:
        found = read(database, key, moment)
        read_by = [look for look in looks if look <= moment]
        assert found.read_at == max(read_by, default=None)
        if not read_by:
            assert found.known == (BitMap(), None)
        elif moment <= looks[-1]:
            assert found.known.possible is not None
            assert set(found.known.certain) <= there_at(changes, moment)
            assert there_at(changes, moment) <= set(found.known.possible)
        else:
            last = BitMap(there_at(changes, looks[-1]))
            assert found.known == (last, last)


@QUIRKS
@given(changes=histories(), moments=st.lists(HOURS, min_size=1, max_size=8))
def test_where_every_change_was_told_at_once_a_moment_is_the_replay_of_them(
    database: Database, graphs: Graphs, changes: list[Change], moments: list[datetime]
) -> None:
    key = graphs.list(*graphs.people(None), swept_at=day(-1), revision=1)
    graphs.run(key, day(-1))
    graphs.spans([graphs.edge(key, member, **span) for member, span in told(changes)])
    for moment in [*moments, *(change.at for change in changes)]:
        truth = BitMap(there_at(changes, moment))
        assert read(database, key, moment).known == (truth, truth)


def told(changes: list[Change]) -> list[tuple[int, dict[str, object]]]:
    """Spans of changes that were pushed: both bounds are the event's time."""
    spans: list[tuple[int, dict[str, object]]] = []
    for change in sorted(changes):
        if change.there:
            spans.append((change.member, {"from_lo": change.at, "from_hi": change.at}))
        else:
            own = next(span for member, span in reversed(spans) if member == change.member)
            own |= {"to_lo": change.at, "to_hi": change.at, "end_reason": EndReason.UNFOLLOWED}
    return spans


def test_a_list_that_was_never_read_is_unknown_not_empty(
    database: Database, graphs: Graphs
) -> None:
    ada, bob, eve = graphs.people("ada", "bob", "eve")
    graphs.read(bob, [ada, eve], FOLLOWERS)
    assert read(database, ListKey(ada, FOLLOWING)).known == (BitMap([bob]), None)
    kept = graphs.list(eve, FOLLOWING)
    found = read(database, kept)
    assert (found.known, found.read_at) == (Known(BitMap([bob]), None), None)


def test_a_member_that_the_last_reading_missed_is_only_possible(
    database: Database, graphs: Graphs
) -> None:
    ada, bob, eve = graphs.people("ada", "bob", "eve")
    key = graphs.read(ada, [bob, eve])
    graphs.suspect(key, eve, day(5), day(9))
    found = read(database, key)
    assert (found.known, found.missing) == (Known(BitMap([bob]), BitMap([bob, eve])), 1)
    assert read(database, key, day(5)).known.certain == BitMap([bob, eve])
    assert read(database, key, day(6)).known.certain == BitMap([bob])


def test_a_set_is_kept_per_revision_and_made_anew_for_the_next(
    database: Database, graphs: Graphs
) -> None:
    ada, bob, eve = graphs.people("ada", "bob", "eve")
    key = graphs.read(ada, [bob])
    refresh(database, [key])
    graphs.spans([graphs.edge(key, eve, from_hi=day(1))])
    assert read(database, key).known.certain == BitMap([bob])
    graphs.revise(key, 2)
    assert read(database, key).known.certain == BitMap([bob, eve])
    refresh(database, [key])
    with database.read() as db:
        assert sets.cached(db, sets.states(db, [key])[key]) == BitMap([bob, eve])


def test_an_older_set_does_not_take_the_place_of_a_newer(
    database: Database, graphs: Graphs
) -> None:
    ada, bob = graphs.people("ada", "bob")
    key = graphs.read(ada, [bob])
    with database.read() as db:
        old = sets.states(db, [key])[key]
    graphs.revise(key, 2)
    refresh(database, [key])
    with database.write() as db:
        sets.keep(db, old, BitMap())
    assert read(database, key).known.certain == BitMap([bob])


def test_a_list_that_is_kept_again_does_not_find_its_set_of_before(
    database: Database, graphs: Graphs
) -> None:
    ada, bob, eve = graphs.people("ada", "bob", "eve")
    key = graphs.read(ada, [bob])
    refresh(database, [key])
    with database.write() as db:
        lists.remove(db, key)
    graphs.list(ada, revision=1, swept_at=day(1))
    graphs.spans([graphs.edge(key, eve, from_hi=day(1))])
    assert read(database, key).known.certain == BitMap([bob, eve])


@pytest.mark.parametrize("since", [timedelta(0), timedelta(days=30)])
def test_edges_of_other_lists_are_in_no_answer(
    database: Database, graphs: Graphs, since: timedelta
) -> None:
    ada, bob, eve = graphs.people("ada", "bob", "eve")
    graphs.read(bob, [eve])
    key = graphs.read(ada, [bob])
    at = day(0) + since
    assert read(database, key, at).known == (BitMap([bob]), BitMap([bob]))
