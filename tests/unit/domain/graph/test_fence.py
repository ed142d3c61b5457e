"""The head of a list: nobody new is missed, and little more than the new ones is paid for."""

from collections.abc import Sequence
from math import ceil, sqrt
from random import Random

import pytest

from pipeline.domain.graph.fence import LENGTH, Head, Known, read, renewed

LARGEST = 1000
FENCE = tuple(range(100, 300))


def head(
    *ids: int, fence: Sequence[int] = FENCE, overlap: int = 3, **known: frozenset[int]
) -> Head:
    return read(ids, Known(fence, **{"open": frozenset(fence), **known}), overlap)


def test_a_reading_stops_after_enough_known_ones_in_a_row() -> None:
    assert head(1, 2, 100, 101) == Head((1, 2), 2, overlap=2, arrived=True)
    assert head(1, 2, 100, 101, 102) == Head((1, 2), 2, overlap=3, arrived=True, stop=True)


def test_a_new_one_below_ones_that_may_have_followed_again_begins_the_row_again() -> None:
    seen = head(120, 121, 1, 122, 123)
    assert (seen.new, seen.overlap, seen.stop) == ((1,), 2, False)


def test_one_that_was_out_of_sight_ends_no_row() -> None:
    assert head(100, 101, 1, 102).stop


def test_a_known_one_above_older_ones_followed_again_and_counts_for_nothing() -> None:
    seen = head(1, 150, 100, 101)
    assert (seen.new, seen.refollowed, seen.overlap) == ((1,), (150,), 2)


def test_a_new_one_between_tells_a_refollow_from_neighbours_that_changed_places() -> None:
    assert head(101, 1, 100, 102).refollowed == (101,)


def test_neighbours_that_changed_places_followed_only_once() -> None:
    seen = head(1, 101, 100, 102)
    assert (seen.refollowed, seen.overlap, seen.stop) == ((), 3, True)


def test_a_new_one_that_changed_places_with_the_first_known_one_ends_no_row() -> None:
    assert head(100, 1, 101, 102) == Head((1,), 1, overlap=3, arrived=True, stop=True)


def test_neighbours_of_whom_the_one_between_left_changed_places_too() -> None:
    assert head(102, 100, 103, 104, 105).refollowed == ()


def test_some_that_followed_again_in_their_old_order_hide_nobody() -> None:
    seen = head(1, 100, 2, 101, 3, 4, 102, 103)
    assert (seen.new, seen.stop) == ((1, 2, 3, 4), True)


def test_members_older_than_the_fence_do_not_stop_a_reading_above_it() -> None:
    old = frozenset(range(500, 600))
    seen = head(500, 501, 502, 503, 1, 100, 101, open=frozenset(FENCE) | old)
    assert (seen.new, seen.refollowed, seen.overlap) == ((1,), (500, 501, 502, 503), 2)


def test_members_older_than_the_fence_count_behind_two_of_it() -> None:
    seen = head(100, 101, 500, fence=(100, 101), open=frozenset({100, 101, 500}))
    assert seen.stop


def test_members_of_the_fence_that_left_are_absent_and_those_between_are_missing() -> None:
    seen = head(101, 103, 104, open=frozenset(FENCE) - {102})
    assert (seen.missing, seen.stop) == ((100,), True)


def test_who_left_is_missing_below_what_ends_the_reading_too() -> None:
    fence = range(100, 200)
    seen = head(*range(100, 150), *range(151, 154), fence=fence, open=frozenset(fence))
    assert (seen.missing, seen.stop) == ((150,), True)


def test_who_may_stand_just_below_the_last_page_is_not_missing() -> None:
    fence = range(100, 200)
    seen = head(*range(100, 150), 151, fence=fence, open=frozenset(fence))
    assert (seen.missing, seen.stop) == ((), True)


def test_one_that_left_and_came_back_is_new() -> None:
    assert head(102, 100, 101, 103, open=frozenset(FENCE) - {102}).new == (102,)


def test_those_pushed_since_the_last_look_neither_count_nor_end_a_row() -> None:
    pushed = frozenset({7, 8, 9})
    seen = head(7, 1, 8, 100, 9, 101, 102, pushed=pushed, open=pushed.union(FENCE))
    assert (seen.new, seen.overlap, seen.stop) == ((1,), 3, True)


def test_one_that_comes_back_from_a_suspension_ends_no_row() -> None:
    seen = head(100, 101, 1, 102, lapsed=frozenset({1}))
    assert (seen.new, seen.overlap, seen.stop) == ((1,), 3, True)


def test_only_new_ones_above_the_last_looks_end_are_recent() -> None:
    seen = head(1, 100, 2, 102, 3, 150, 4, 151, 152, 153)
    assert (seen.new, seen.recent) == ((1, 2, 3, 4), 2)


def test_where_the_last_look_saw_the_whole_list_all_new_ones_are_recent() -> None:
    assert head(1, 100, 2, fence=(100, 101)).recent == 2


def test_an_id_that_is_on_two_pages_is_met_once() -> None:
    assert head(1, 2, 1, 100, 100, 101) == Head((1, 2), 2, overlap=2, arrived=True)


def test_what_stands_below_the_head_has_not_followed_again() -> None:
    seen = head(*FENCE[:3], 500, FENCE[5], FENCE[6], open=frozenset({*FENCE, 500}))
    assert seen.refollowed == ()


def test_the_next_fence_keeps_those_unseen_in_their_place() -> None:
    assert renewed([1, 100, 102], [100, 101, 102, 103, 104], {101, 104}) == [1, 100, 101, 102, 104]


def test_the_next_fence_puts_nobody_before_one_that_followed_again() -> None:
    seen, fence = [102, 1, 100, 103], [100, 101, 102, 103]
    assert renewed(seen, fence, {101}, came={102}) == [102, 1, 100, 101, 103]


def test_the_next_fence_is_cut() -> None:
    assert renewed(range(LENGTH + 5), FENCE, frozenset(FENCE)) == list(range(LENGTH))


class Followers:
    """A list as a network keeps it: positions grow, the suspended are hidden, neighbours swap."""

    def __init__(self, random: Random, size: int) -> None:
        self.random = random
        self.order = list(range(size))  # newest first
        self.hidden: set[int] = set()
        self.reinstates = random.random() < 0.5
        self.next = size

    def follow(self) -> int:
        self.next += 1
        self.order.insert(0, self.next)
        return self.next

    def follow_again(self) -> int:
        member = self.random.choice(self.order[: self.random.choice((10, 400))])
        self.order.remove(member)
        self.order.insert(0, member)
        return member

    def live(self, follows: int) -> set[int]:
        """Some time passes; who followed, for the first time or again."""
        again = [self.random.random() < 0.2 for _ in range(follows)]
        new = {self.follow_again() if each else self.follow() for each in again}
        self.purge(self.random.choice((0, 0, 3, 20)))
        return new

    def purge(self, count: int) -> None:
        if self.reinstates:
            self.hidden = {member for member in self.hidden if self.random.random() < 0.8}
        for _ in range(count):
            member = self.random.choice(self.order[:300])
            if self.random.random() < 0.5:
                self.order.remove(member)
            else:
                self.hidden.add(member)

    def shown(self, *, in_order: bool) -> list[int]:
        seen = [member for member in self.order if member not in self.hidden]
        place = 600 if in_order else 0
        while place < min(len(seen) - 1, 600):
            if self.random.random() < 0.05:
                seen[place : place + 2] = seen[place + 1], seen[place]
                place += 1
            place += 1
        return seen


class Reader:
    """Reads heads by the sizes of facts, section 4A: p = k + 3 + n-hat, and 1,000 after it."""

    overlap = 25

    def __init__(self, followers: Followers, rate: float) -> None:
        self.known = set(followers.order)
        self.fence = followers.order[:LENGTH]
        self.size = min(LARGEST, self.overlap + 3 + ceil(rate + 3 * sqrt(rate + 1)))

    def look(self, seen: list[int]) -> Head:
        self.asked, self.got, found = 0, [], Head()
        while not found.stop and len(self.got) < len(seen):
            self.largest = LARGEST if self.asked else self.size
            self.got += seen[len(self.got) :][: self.largest]
            self.asked += 1
            found = read(self.got, Known(self.fence, self.known), self.overlap)
        return found

    def remember(self, seen: list[int], came: set[int]) -> None:
        self.known |= set(seen)
        self.fence = renewed(self.got, self.fence, self.known, came)


@pytest.mark.parametrize("seed", range(10))
def test_no_new_follower_is_missed_and_no_more_paid_for_than_the_bound(seed: int) -> None:
    """1,000 histories of three looks each."""
    random = Random(seed)  # noqa: S311 - histories, no secrets
    for _ in range(100):
        followers = Followers(random, random.choice((40, 300, 3000)))
        rate = random.choice((0.5, 5, 50, 400))
        reader, was_in_order, unseen = Reader(followers, rate), True, set[int]()
        for _ in range(3):
            new = followers.live(int(random.gammavariate(4, rate / 4)))
            in_order = random.random() < 0.5
            seen = followers.shown(in_order=in_order)
            found = reader.look(seen)
            unseen |= new
            assert new & set(seen) - reader.known <= set(found.new)
            assert not was_in_order or set(found.refollowed) <= unseen
            assert not set(found.missing) & set(seen)
            count = len(new.union(found.new))
            assert reader.asked <= ceil(count / LARGEST) + 1
            assert len(reader.got) <= count + reader.overlap + reader.largest - 1
            reader.remember(seen, {*found.refollowed, *found.new})
            unseen -= set(seen)
            was_in_order = was_in_order and in_order
