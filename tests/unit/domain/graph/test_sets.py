"""Set algebra: the answers' two bounds always enclose the truth."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from pipeline.domain.graph.sets import Known, Tally, at_least, common, counted, only

NUMBERS = st.sets(st.integers(0, 40), max_size=30)
FEW = settings(max_examples=25)


@st.composite
def partly_known(draw: st.DrawFn) -> tuple[set[int], Known]:
    """A list, and what somebody knows of it."""
    truth = draw(NUMBERS)
    certain = {each for each in truth if draw(st.booleans())}
    if draw(st.integers(0, 4)) == 0:
        return truth, Known(BitMap(certain), None)
    return truth, Known(BitMap(certain), BitMap(truth | draw(NUMBERS)))


LISTS = st.lists(partly_known(), min_size=1, max_size=6)


def encloses(known: Known, truth: set[int]) -> bool:
    return set(known.certain) <= truth and (known.possible is None or truth <= set(known.possible))


def in_at_least(least: int, lists: list[set[int]]) -> set[int]:
    times = Counter(number for members in lists for number in members)
    return {number for number, count in times.items() if count >= least}


@FEW
@given(LISTS)
def test_what_is_common_is_enclosed(lists: list[tuple[set[int], Known]]) -> None:
    truth = set.intersection(*[members for members, _ in lists])
    assert encloses(common([known for _, known in lists]), truth)


@FEW
@given(partly_known(), st.lists(partly_known(), max_size=4))
def test_what_is_in_one_only_is_enclosed(
    first: tuple[set[int], Known], others: list[tuple[set[int], Known]]
) -> None:
    truth = first[0].difference(*[members for members, _ in others])
    assert encloses(only(first[1], [known for _, known in others]), truth)


@FEW
@given(LISTS, st.integers(1, 7))
def test_what_is_in_so_many_is_enclosed(lists: list[tuple[set[int], Known]], least: int) -> None:
    truth = in_at_least(least, [members for members, _ in lists])
    assert encloses(at_least(least, [known for _, known in lists]), truth)


@FEW
@given(st.lists(NUMBERS, min_size=1, max_size=6), st.integers(1, 7))
def test_where_everything_is_known_both_bounds_are_the_answer(
    lists: list[set[int]], least: int
) -> None:
    same = [BitMap(members) for members in lists]
    check_exact([Known(each, each) for each in same], lists, least)
    check_exact([Known(each, each.copy()) for each in same], lists, least)


def check_exact(known: list[Known], lists: list[set[int]], least: int) -> None:
    enough = BitMap(in_at_least(least, lists))
    assert at_least(least, known) == (enough, enough)
    shared = BitMap(set.intersection(*lists))
    assert common(known) == (shared, shared)
    alone = BitMap(lists[0].difference(*lists[1:]))
    assert only(known[0], known[1:]) == (alone, alone)


@FEW
@given(st.lists(NUMBERS, max_size=12), st.integers(1, 13))
def test_a_tally_counts_as_one_would_by_hand(lists: list[set[int]], least: int) -> None:
    tally = Tally()
    for members in lists:
        tally.add(BitMap(members))
    times = Counter(number for members in lists for number in members)
    by_count = {
        count: {number for number in times if times[number] == count} for count in times.values()
    }
    expected = [(count, by_count[count]) for count in sorted(by_count, reverse=True)]
    assert [(count, set(level)) for count, level in tally.levels(least)] == [
        (count, level) for count, level in expected if count >= least
    ]


def test_an_unread_list_is_not_an_empty_one() -> None:
    read, unread = Known(BitMap([1, 2]), BitMap([1, 2])), Known(BitMap(), None)
    assert common([read, unread]) == (BitMap(), BitMap([1, 2]))
    assert only(read, [unread]) == (BitMap(), BitMap([1, 2]))
    assert only(unread, [read]) == (BitMap(), None)
    assert at_least(2, [read, unread]) == (BitMap(), BitMap([1, 2]))
    assert at_least(1, [read, unread]) == (BitMap([1, 2]), None)


def test_asking_changes_no_list() -> None:
    lists = [BitMap([1, 2]), BitMap([2, 3]), BitMap([2])]
    before = [each.copy() for each in lists]
    tally = Tally()
    for each in lists:
        tally.add(each)
    result = counted(1, lists)
    result.add(9)
    assert lists == before
