"""Threads as JSON. The tree is written by joining: no depth of nesting recurses."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from pipeline.api import shapes
from pipeline.api.tree import Node, Slice

_encoder = msgspec.json.Encoder()


class ThreadHead(NamedTuple):
    """What stands above the comments."""

    page: str
    total: int


def encode_thread(head: ThreadHead, part: Slice) -> bytes:
    """A `shapes.Thread` as JSON."""
    pieces = [
        b'{"page":%s,"count":%d,"comments":[' % (_encoder.encode(head.page), head.total),
        *_tree(part.nodes),
        b"]",
    ]
    if part.next is not None:
        pieces.append(b',"next":"%s"' % str(part.next).encode())
    pieces.append(b"}")
    return b"".join(pieces)


def _tree(nodes: Sequence[Node]) -> list[bytes]:
    """Opens each comment's replies at once; closes what the next comment no longer stands under."""
    pieces = []
    depth = -1
    # One call for all; a line break inside a text is escaped in JSON, so lines are comments.
    lines = _encoder.encode_lines([_shape(node) for node in nodes]).split(b"\n")
    for node, line in zip(nodes, lines, strict=False):
        if node.depth <= depth:
            pieces.append(b"]}" * (depth - node.depth + 1) + b",")
        pieces.append(line[:-1] + b',"replies":[')
        depth = node.depth
    pieces.append(b"]}" * (depth + 1))
    return pieces


def _shape(node: Node) -> shapes.Comment:
    id_, _, _, name, website, avatar, html, at, edited_at = node.comment
    parent = None if node.parent is None else str(node.parent)
    if node.comment.removed:
        return shapes.Comment(str(id_), parent, at, removed=True)
    return shapes.Comment(
        str(id_),
        parent,
        at,
        shapes.Author(name, f"/avatars/{avatar}.svg", website or UNSET),
        html or "",
        edited_at or UNSET,
    )
