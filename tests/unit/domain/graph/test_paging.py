"""Page sizes: what a probe returns and asks for, against the least that any reader must."""

from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.graph.paging import (
    LEAST_SWEEP,
    MOST_EMPTY,
    SEARCH,
    following_size,
    head_size,
    loop_in,
    search_size,
    sweep_size,
    within_means,
)

LARGEST = 1000


def _read(expected: float, new: int, overlap: int) -> tuple[int, int, int]:
    """Pages, people and the size of the last page of a probe that finds `new` at the head."""
    size = head_size(expected, overlap=overlap, largest=LARGEST)
    pages, people = 1, size
    while people < new + overlap:
        size = following_size(size, arrived=people > new + 1, largest=LARGEST)
        pages, people = pages + 1, people + size
    return pages, people, size


@given(
    expected=st.floats(0, 500),
    new=st.integers(0, 5000),
    overlap=st.integers(5, 200),
)
@settings(max_examples=200)
def test_a_probe_is_within_one_request_and_one_page_of_the_least(
    expected: float, new: int, overlap: int
) -> None:
    pages, people, last = _read(expected, new, overlap)
    assert pages <= ceil(new / LARGEST) + 1
    assert people <= new + overlap + last - 1


def test_a_quiet_list_is_probed_for_a_fortieth_of_a_full_page() -> None:
    assert head_size(0.5, overlap=20, largest=LARGEST) <= 25
    assert head_size(50, overlap=20, largest=LARGEST) <= 92
    assert head_size(400, overlap=20, largest=LARGEST) <= 481
    assert head_size(5000, overlap=20, largest=LARGEST) == LARGEST


def test_a_second_page_is_small_where_the_first_was_nearly_enough() -> None:
    assert following_size(33, arrived=True, largest=LARGEST) == 33
    assert following_size(33, arrived=False, largest=LARGEST) == LARGEST
    assert following_size(600, arrived=True, largest=100) == 100


def test_a_sweep_asks_for_no_more_than_the_list_can_hold() -> None:
    assert sweep_size(None, largest=LARGEST) == LARGEST
    assert sweep_size(100_000, largest=LARGEST) == LARGEST
    assert 300 < sweep_size(300, largest=LARGEST) < 400
    assert sweep_size(-20, largest=LARGEST) == LARGEST


def test_a_page_shrinks_to_what_is_left_to_spend_but_not_to_crumbs() -> None:
    assert within_means(1000, 100, least=LEAST_SWEEP) == 100
    assert within_means(1000, 1000, least=LEAST_SWEEP) == 1000
    assert within_means(1000, None, least=LEAST_SWEEP) == 1000
    assert within_means(1000, 3, least=LEAST_SWEEP) == LEAST_SWEEP
    assert within_means(12, 3, least=LEAST_SWEEP) == 12


def test_a_page_for_the_last_of_those_who_left_is_small() -> None:
    assert [search_size(losses) for losses in (1, 2, 4, 100)] == [5, 10, SEARCH, SEARCH]


def test_a_cursor_that_comes_back_is_a_loop() -> None:
    assert loop_in(asked="A", answered="A", empty=0, people_asked=10, count=None)
    assert loop_in(asked=None, answered="A", empty=0, people_asked=10, count=None) is None


def test_empty_pages_are_borne_for_a_while() -> None:
    steps = [
        loop_in(asked="A", answered="B", empty=n, people_asked=10, count=None) is None
        for n in range(MOST_EMPTY + 2)
    ]
    assert steps == [True] * (MOST_EMPTY + 1) + [False]


def test_twice_the_list_is_too_much_unless_it_ends_there() -> None:
    assert loop_in(asked="A", answered="B", empty=0, people_asked=9000, count=3000)
    assert loop_in(asked="A", answered=None, empty=0, people_asked=9000, count=3000) is None
    assert loop_in(asked="A", answered="B", empty=0, people_asked=9000, count=9000) is None
