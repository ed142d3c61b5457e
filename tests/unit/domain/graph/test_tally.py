"""What a network's count tells of a list that was read before."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.graph.tally import Tally

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
READ = Tally(counted=100, expected=100)


def test_the_first_count_asks_for_the_head_which_makes_it_the_one_expected() -> None:
    counted = Tally().after_count(100, now=NOW)
    assert counted == Tally(100, NOW, None)
    assert counted.after_head(came=3, missing=0, searched=False) == READ


def test_the_same_count_tells_nothing_new() -> None:
    assert READ.after_count(100, now=NOW) == READ


def test_a_count_that_grew_keeps_since_when() -> None:
    changed = READ.after_count(102, now=NOW).after_count(103, now=LATER)
    assert (changed.changed_at, changed.came, changed.lost) == (NOW, 3, 0)


def test_who_came_less_the_growth_of_the_count_is_who_left() -> None:
    read = READ.after_count(101, now=NOW).after_head(came=3, missing=0, searched=False)
    assert (read.lost, read.came, read.changed_at) == (2, 0, None)


def test_a_count_that_fell_tells_of_losses_without_the_head() -> None:
    fell = READ.after_count(99, now=NOW)
    assert (fell.lost, fell.changed_at) == (1, None)


def test_nobody_is_said_to_have_left_while_the_head_is_to_be_read() -> None:
    assert READ.after_count(102, now=NOW).after_count(99, now=LATER).lost == 0


def test_those_found_missing_are_lost_no_more() -> None:
    read = READ.after_count(98, now=NOW).after_head(came=0, missing=1, searched=False)
    assert read.lost == 1
    assert read.after_head(came=0, missing=1, searched=False).lost == 0


def test_after_a_search_the_count_is_believed() -> None:
    read = READ.after_count(97, now=NOW).after_head(came=0, missing=0, searched=False)
    assert read.lost == 3
    assert read.after_head(came=0, missing=2, searched=True) == Tally(97, None, 97)


def test_a_count_that_grew_without_anybody_at_the_head_hides_no_loss() -> None:
    back = READ.after_count(101, now=NOW).after_head(came=0, missing=0, searched=False)
    gone = back.after_count(100, now=LATER).after_head(came=0, missing=0, searched=False)
    assert gone.lost == 1


def test_without_a_count_a_head_tells_nothing() -> None:
    assert Tally().after_head(came=2, missing=1, searched=False) == Tally()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20))
def test_as_long_as_counts_are_right_losses_are_known_to_the_number(
    days: list[tuple[int, int]],
) -> None:
    tally, size, left = READ, 100, 0
    for came, went in days:
        size, left = size + came - went, left + went
        tally = tally.after_count(size, now=NOW)
        tally = tally.after_head(came=came, missing=0, searched=False)
        assert tally.lost == left
