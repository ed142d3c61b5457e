"""Who is in order, where neighbours changed places, some left, and some followed again."""

import pytest

from pipeline.domain.graph.rows import Row

BEYOND = 300
NEW = -1


def row(*met: int, of: int = BEYOND) -> Row:
    """What is met of so many members, from the top."""
    found = Row(range(of), of)
    for rank in met:
        if rank == NEW:
            found.interrupt()
        else:
            found.add(rank)
    return found


@pytest.mark.parametrize(
    "met",
    [
        (1, 0, 2, 3, 4),
        (0, 3, 1, 4, 5),  # 2 is gone from between them
        (1, 3, 0, 2, 4),  # truly 0, 1, 2, 3: at the last look 0 and 1, 2 and 3 changed places
        (2, 0, 1, 3, 4),  # truly 0, 2, 1
    ],
)
def test_neighbours_that_changed_places_are_in_order(met: tuple[int, ...]) -> None:
    assert row(*met).length == len(met)


def test_one_that_stood_further_down_followed_again() -> None:
    assert row(4, 0).length == 1
    assert row(200, 150, 0, 1).length == 2


def test_a_new_one_ends_a_row_that_most_are_missing_above() -> None:
    assert row(40, NEW).length == 0
    assert row(40, 90, 200, NEW, 0, 1).length == 2


def test_a_new_one_ends_no_row_that_begins_as_the_last_look_did() -> None:
    assert row(0, 1, NEW, 2, 3).length == 4
    assert row(0, NEW, 1).length == 2
    assert row(2, 4, NEW, 5).length == 3  # who was above and between left


def test_more_than_stand_in_the_row_may_not_have_left() -> None:
    assert row(4, NEW, 5).length == 1
    assert row(5, 6, 7, 8, 9, NEW).length == 5
    assert row(6, 7, 8, 9, 10, NEW).length == 0


def test_those_without_a_rank_count_behind_two_that_have_one() -> None:
    assert row(BEYOND, BEYOND).length == 0
    assert row(298, 299, BEYOND).length == 3
    assert row(0, BEYOND, of=1).length == 2


def test_nobody_is_passed_by_neighbours_who_may_have_changed_places() -> None:
    assert row(0, 1, 3).passed == 0
    assert row(0, 1, 3, 4).passed == 1
    assert row(0, 1, 3, 4, 5).passed == 3
    assert row(0, 200).passed == -1


def test_one_in_a_place_that_is_not_its_own_passes_nobody() -> None:
    assert row(0, 1, 2, 200, 3, 4, 5).passed == 3


def test_a_row_has_arrived_where_two_below_the_last_new_one_stayed() -> None:
    assert row(NEW, NEW, 0, 1).arrived
    assert not row(NEW, NEW, 0).arrived
    assert row(200, NEW, 0, 1).arrived


def test_those_who_followed_again_are_not_where_the_last_look_began() -> None:
    assert not row(NEW, 0, 1, NEW).arrived
    assert not row(NEW, 40, 200).arrived
    assert not row(NEW, 200, 1).arrived
