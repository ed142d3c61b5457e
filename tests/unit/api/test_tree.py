"""Reading order: everything exactly once, whatever the parents say."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.api.tree import Cursor, Node, cut
from tests.unit.api.reading import arranged, gone, shown

PARENTS = st.lists(st.none() | st.integers(0, 12), min_size=0, max_size=12)


def outline(nodes: Sequence[Node]) -> list[tuple[int, int]]:
    return [(row[0], depth) for depth, _, row in nodes]


def test_replies_stand_under_their_parents_oldest_first() -> None:
    rows = [shown(4, 1), shown(3), shown(1), shown(2, 1), shown(5, 2)]
    assert outline(arranged(rows)) == [(1, 0), (2, 1), (5, 2), (4, 1), (3, 0)]


def test_a_reply_to_a_comment_that_is_not_here_stands_at_the_top_without_a_parent() -> None:
    (node,) = arranged([shown(2, 1)])
    assert node[:2] == (0, None)


def test_comments_that_answer_one_another_in_a_circle_stand_at_the_top_with_their_replies() -> None:
    rows = [shown(1, 2), shown(2, 3), shown(3, 1), shown(4, 2), shown(5, 4), shown(6, 6)]
    assert outline(arranged(rows)) == [(1, 0), (2, 0), (4, 1), (5, 2), (3, 0), (6, 0)]


def test_a_removed_comment_keeps_its_place_while_it_has_replies() -> None:
    assert outline(arranged([gone(1), shown(2, 1)])) == [(1, 0), (2, 1)]


def test_removed_comments_without_replies_are_left_out_with_all_that_only_held_them() -> None:
    rows = [gone(1), gone(2, 1), gone(3, 2), shown(4), gone(5, 4)]
    assert outline(arranged(rows)) == [(4, 0)]


def test_a_chain_of_three_thousand_replies_needs_no_recursion() -> None:
    rows = [shown(id_, id_ - 1 or None) for id_ in range(1, 3001)]
    assert arranged(rows)[-1][0] == 2999


@settings(max_examples=50)
@given(PARENTS)
def test_every_comment_is_shown_exactly_once(parents: list[int | None]) -> None:
    nodes = arranged([shown(id_, parent) for id_, parent in enumerate(parents)])
    assert sorted(row[0] for _, _, row in nodes) == list(range(len(parents)))
    depths = [depth for depth, _, _ in nodes]
    assert all(after <= before + 1 for before, after in pairwise(depths))


@settings(max_examples=50)
@given(PARENTS, st.integers(1, 15))
def test_paging_covers_every_comment_exactly_once(parents: list[int | None], limit: int) -> None:
    nodes = arranged([shown(id_, parent) for id_, parent in enumerate(parents)])
    collected: list[Node] = []
    after: Cursor | None = None
    while True:
        part = cut(nodes, after=after, limit=limit)
        collected += part.nodes
        if part.next is None:
            break
        assert len(part.nodes) >= limit
        after = part.next
    assert collected == nodes


def test_a_page_ends_with_a_whole_top_comment() -> None:
    nodes = arranged([shown(1), shown(2, 1), shown(3, 2), shown(4), shown(5)])
    part = cut(nodes, after=None, limit=2)
    assert outline(part.nodes) == [(1, 0), (2, 1), (3, 2)]
    assert part.next is not None


def test_a_cursor_still_works_when_its_comment_is_gone() -> None:
    nodes = arranged([shown(1), shown(2), shown(3)])
    after = cut(nodes, after=None, limit=2).next
    assert outline(cut(arranged([shown(1), shown(3)]), after=after, limit=2).nodes) == [(3, 0)]
    assert cut(nodes, after=Cursor(10**17, 1), limit=2).nodes == ()
