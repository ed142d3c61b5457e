"""Accounts and edges: who follows whom, each edge kept from both ends, read from an edge list."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.simulators.x.kinds import Direction
from tests.simulators.x.lists import FollowList

_NOBODY = FollowList()


def read_edges(path: Path) -> Iterator[tuple[str, str]]:
    """`A B` per line = A follows B; plain or .gz; empty lines and those with # are skipped.

    Raises ValueError for an account that is no number.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if len(words) < 2 or line.startswith("#"):
                continue
            if not (words[0].isdecimal() and words[1].isdecimal()):
                raise ValueError(f"{path}: no edge between numbers: {line.strip()}")
            yield words[0], words[1]


class Graph:
    """The edges there are. Accounts are numbered in the order they appear: nodes."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.last_position = 0
        self._nodes: dict[str, int] = {}
        self._lists: dict[Direction, dict[int, FollowList]] = {side: {} for side in Direction}

    def fill(self, edges: Iterable[tuple[str, str]]) -> None:
        """Add edges, later ones newer. Repeats and accounts that follow themselves are skipped."""
        seen: set[int] = set()
        for follower, followed in edges:
            source, target = self.node_of(follower), self.node_of(followed)
            edge = source << 32 | target
            if source != target and edge not in seen:
                seen.add(edge)
                self.connect(source, target)

    def node_of(self, native_id: str) -> int:
        """An account's node; makes the account if need be."""
        node = self._nodes.get(native_id)
        if node is None:
            node = self._nodes[native_id] = len(self.ids)
            self.ids.append(native_id)
        return node

    def find(self, native_id: str) -> int | None:
        """An account's node, None for an id that nobody has."""
        return self._nodes.get(native_id)

    def list_of(self, node: int, side: Direction) -> FollowList:
        """One of an account's lists, to be read only."""
        return self._lists[side].get(node, _NOBODY)

    def sizes(self, side: Direction) -> Iterator[tuple[int, int]]:
        """(length, node) of all lists that were ever filled."""
        return ((len(members), node) for node, members in self._lists[side].items())

    def position_of(self, source: int, target: int) -> int:
        """The position of an edge, -1 where there is none."""
        return self.list_of(source, Direction.FOLLOWING).position_of(target)

    def connect(self, source: int, target: int) -> int:
        """A new edge at the head of both lists; its position."""
        self.last_position += 1
        self.own(source, Direction.FOLLOWING).add(target, self.last_position)
        self.own(target, Direction.FOLLOWERS).add(source, self.last_position)
        return self.last_position

    def cut(self, source: int, target: int, position: int) -> None:
        """Take an edge out of both lists."""
        self.own(source, Direction.FOLLOWING).remove(position)
        self.own(target, Direction.FOLLOWERS).remove(position)

    def own(self, node: int, side: Direction) -> FollowList:
        """One of an account's lists, to be written."""
        lists = self._lists[side]
        if node not in lists:
            lists[node] = FollowList()
        return lists[node]
