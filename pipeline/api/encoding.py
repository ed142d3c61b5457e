"""Threads as JSON. The tree is written by joining: no depth of nesting recurses."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from pipeline.api.tree import Node, Slice

_encoder = msgspec.json.Encoder()


class ThreadHead(NamedTuple):
    """What stands above the comments."""

    page: str
    total: int


def encode_thread(head: ThreadHead, part: Slice) -> bytes:
    """A `shapes.Thread` as JSON."""
    page = _encoder.encode(head.page).decode()
    pieces = _tree(part.nodes)
    end = "]}" if part.next is None else f'],"next":"{part.next}"}}'
    whole = [f'{{"page":{page},"count":{head.total},"comments":[', *pieces, end]
    return "".join(whole).encode()


def _tree(nodes: Sequence[Node]) -> list[str]:
    """Opens each comment's replies at once; closes what the next comment no longer stands under."""
    pieces = []
    before = -1
    for depth, parent, (id_, _, _, public) in nodes:
        if depth <= before:
            pieces.append("]}" * (before - depth + 1) + ",")
        under = "null" if parent is None else f'"{parent}"'
        pieces.append(f'{{"id":"{id_}","parent":{under},{public[1:-1]},"replies":[')
        before = depth
    pieces.append("]}" * (before + 1))
    return pieces
