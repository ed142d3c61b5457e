"""From a page's rows to its comments in reading order. Pure, and without recursion.

A thread may be nested deeper than an interpreter or a JSON library recurses, so a tree here is a
list in reading order (pre-order) in which each comment knows its depth.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pipeline.domain import public
from pipeline.store.comment_tables import Seen
from pipeline.store.published import OnPage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


Node = tuple[int, int | None, OnPage]
"""A comment in its place: depth, the comment it stands under (None at depth 0), itself.

Plain tuples all the way: a thread has a thousand, and named ones take four times as long.
"""


class Cursor(NamedTuple):
    """Where a page of a thread ended: the last top comment's moment and id. Comparable."""

    microseconds: int
    id: int

    def __str__(self) -> str:
        return f"{self.microseconds}.{self.id}"


class Slice(NamedTuple):
    """Whole top comments with everything under them; `next` while more follow."""

    nodes: Sequence[Node]
    next: Cursor | None


def arrange(rows: Sequence[OnPage]) -> list[Node]:
    """A page's comments, given oldest first, in reading order: siblings stay oldest first.

    A reply whose parent is not here, or whose parents lead in a circle, stands at the top.
    A removed comment without replies is left out.
    """
    nodes = _walk(*_sorted_out(rows, frozenset()))
    if len(nodes) < len(rows):
        reached = {row[0] for _, _, row in nodes}
        circle = _circles([row for row in rows if row[0] not in reached])
        nodes = _walk(*_sorted_out(rows, circle))
    return _without_bare_places(nodes)


def cut(nodes: Sequence[Node], *, after: Cursor | None, limit: int) -> Slice:
    """The next whole top comments after `after`, until `limit` comments are reached."""
    tops = [index for index, (depth, _, _) in enumerate(nodes) if depth == 0]
    if after is not None:
        tops = tops[bisect_right(tops, after, key=lambda index: _cursor_of(nodes[index])) :]
    if not tops:
        return Slice((), None)
    first = tops[0]
    end = bisect_left(tops, first + limit)
    if end == len(tops):
        return Slice(nodes[first:], None)
    return Slice(nodes[first : tops[end]], _cursor_of(nodes[tops[end - 1]]))


def _cursor_of(node: Node) -> Cursor:
    id_, _, _, text = node[2]
    return Cursor((public.moment(text) - _EPOCH) // timedelta(microseconds=1), id_)


def _sorted_out(
    rows: Sequence[OnPage], lifted: frozenset[int]
) -> tuple[list[OnPage], dict[int, list[OnPage]]]:
    """Who stands at the top, and who under each comment."""
    known = {row[0] for row in rows}
    tops: list[OnPage] = []
    replies: dict[int, list[OnPage]] = {}
    for row in rows:
        id_, parent, _, _ = row
        if parent in known and parent is not None and id_ not in lifted:
            replies.setdefault(parent, []).append(row)
        else:
            tops.append(row)
    return tops, replies


def _walk(tops: Sequence[OnPage], replies: Mapping[int, Sequence[OnPage]]) -> list[Node]:
    nodes: list[Node] = []
    begun: list[tuple[int, int | None, Iterator[OnPage]]] = [(0, None, iter(tops))]
    while begun:
        depth, parent, siblings = begun[-1]
        for row in siblings:
            nodes.append((depth, parent, row))
            if row[0] in replies:
                begun.append((depth + 1, row[0], iter(replies[row[0]])))
                break
        else:
            begun.pop()
    return nodes


def _circles(unreached: Sequence[OnPage]) -> frozenset[int]:
    """The comments that answer one another in a circle; what hangs below them is left out."""
    parents = {row[0]: row[1] for row in unreached if row[1] is not None}
    members: set[int] = set()
    passed: set[int] = set()
    for start in parents:
        path = []
        at = start
        while at not in passed:
            passed.add(at)
            path.append(at)
            at = parents[at]  # there is always one: whose chain ends was reached from the top
        if at in path:
            members.update(path[path.index(at) :])
    return frozenset(members)


def _without_bare_places(nodes: list[Node]) -> list[Node]:
    """Backwards, so that a place whose only reply was a bare place goes with it."""
    if not any(seen == Seen.PLACE_HOLDER for _, _, (_, _, seen, _) in nodes):
        return nodes
    kept: list[Node] = []
    below = 0
    for node in reversed(nodes):
        depth, _, (_, _, seen, _) = node
        if below > depth or seen != Seen.PLACE_HOLDER:
            kept.append(node)
            below = depth
    kept.reverse()
    return kept
