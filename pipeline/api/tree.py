"""From a page's rows to its comments in reading order. Pure, and without recursion.

A thread may be nested deeper than an interpreter or a JSON library recurses, so a tree here is a
list in reading order (pre-order) in which each comment knows its depth.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pipeline.store.comment_tables import Seen

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Shown(NamedTuple):
    """What readers may know of a comment."""

    id: int
    parent_id: int | None
    seen: int
    name: str
    website: str | None
    avatar: str
    html: str | None
    at: datetime
    edited_at: datetime | None

    @property
    def removed(self) -> bool:
        """Whether only its place is left."""
        return self.seen == Seen.PLACE_HOLDER


class Node(NamedTuple):
    """A comment in its place. `parent` is the comment it stands under, None at depth 0."""

    comment: Shown
    depth: int
    parent: int | None


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


def arrange(rows: Iterable[Shown]) -> list[Node]:
    """A page's comments in reading order, oldest first among siblings.

    A reply whose parent is not here, or whose parents lead in a circle, stands at the top.
    A removed comment without replies is left out.
    """
    ordered = sorted(rows, key=lambda row: (row.at, row.id))
    nodes = _walk(_children(ordered, frozenset()))
    if len(nodes) < len(ordered):
        reached = {node.comment.id for node in nodes}
        circle = _circles([row for row in ordered if row.id not in reached])
        nodes = _walk(_children(ordered, circle))
    return _without_bare_places(nodes)


def cut(nodes: Sequence[Node], *, after: Cursor | None, limit: int) -> Slice:
    """The next whole top comments after `after`, until `limit` comments are reached."""
    tops = [index for index, node in enumerate(nodes) if node.depth == 0]
    if after is not None:
        tops = [index for index in tops if cursor_of(nodes[index].comment) > after]
    if not tops:
        return Slice((), None)
    first, last = tops[0], tops[0]
    for index in tops:
        if index - first >= limit:
            return Slice(nodes[first:index], cursor_of(nodes[last].comment))
        last = index
    return Slice(nodes[first:], None)


def cursor_of(comment: Shown) -> Cursor:
    """The place of a top comment among the others."""
    return Cursor((comment.at - _EPOCH) // timedelta(microseconds=1), comment.id)


def _children(ordered: Sequence[Shown], lifted: frozenset[int]) -> dict[int | None, list[Shown]]:
    known = {row.id for row in ordered}
    children: dict[int | None, list[Shown]] = {}
    for row in ordered:
        stays = row.parent_id in known and row.id not in lifted
        children.setdefault(row.parent_id if stays else None, []).append(row)
    return children


def _walk(children: dict[int | None, list[Shown]]) -> list[Node]:
    nodes = []
    waiting = [Node(row, 0, None) for row in reversed(children.get(None, ()))]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        id_ = node.comment.id
        if id_ in children:
            below = node.depth + 1
            waiting.extend(Node(row, below, id_) for row in reversed(children[id_]))
    return nodes


def _circles(unreached: Sequence[Shown]) -> frozenset[int]:
    """The comments that answer one another in a circle; what hangs below them is left out."""
    parents = {row.id: row.parent_id for row in unreached if row.parent_id is not None}
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
    if not any(node.comment.removed for node in nodes):
        return nodes
    kept: list[Node] = []
    for node in reversed(nodes):
        has_replies = bool(kept) and kept[-1].depth > node.depth
        if has_replies or not node.comment.removed:
            kept.append(node)
    kept.reverse()
    return kept
