"""GET /2/users/{id}/followers and /following: newest first, from a cursor that does not shift.

Members that are suspended or deleted are left out after the page was cut: pages are short, or
empty, without being the last.
"""

import random
from typing import Any

from tests.simulators.x import problems
from tests.simulators.x.asking import Asking, checked_id, whole
from tests.simulators.x.kinds import Direction, State
from tests.simulators.x.lists import Slice
from tests.simulators.x.money import Reading
from tests.simulators.x.people import user
from tests.simulators.x.tokens import LENGTH, Cursor, cursor_of, token_of
from tests.simulators.x.wire import Answer, ProblemError
from tests.simulators.x.world import World

LARGEST = 1000
_USUAL = 100
_GOLDEN = 0.6180339887498949


class Pages:
    """The lists, page by page. Tokens live `token_ttl` seconds, None: for ever."""

    def __init__(self, world: World, *, token_ttl: float | None = None) -> None:
        self._world = world
        self._ttl = token_ttl
        self._issued: dict[str, float] = {}
        self._chance = random.Random(world.seed)  # noqa: S311 - repeatable

    def page(self, asking: Asking, owner: str, side: Direction) -> Answer:
        """One page, or why there is none."""
        asking.only({"max_results", "pagination_token"})
        size = whole(asking, "max_results", _USUAL, 1, LARGEST)
        node = self._world.graph.find(checked_id("id", owner))
        state = asking.refusal(self._world, node)
        if node is None or state is not State.ACTIVE:
            return Answer(200, {"errors": [problems.unseen(state, owner, "id")]})
        cursor = self._cursor(asking, owner, side)
        members = self._world.graph.list_of(node, side)
        if cursor and cursor.newer:
            cut = members.newer(cursor.position, size)
        else:
            cut = members.older(cursor.position if cursor else None, size)
        shown = self._shown(asking, cut, head=cursor is None)
        meta = {"result_count": len(shown), **self._tokens(asking, owner, side, cut)}
        return self._answer(asking, owner, side, shown, meta)

    def _answer(
        self, asking: Asking, owner: str, side: Direction, nodes: list[int], meta: dict[str, Any]
    ) -> Answer:
        seen = asking.seen(self._world)
        data = [user(self._world, node, seen) for node in nodes]
        ids = [person["id"] for person in data]
        reading = Reading(side.value, owner, ids, asking.caller.owns(owner))
        body = {"data": data, "meta": meta} if data else {"meta": meta}
        return Answer(200, body, readings=(reading,), paged=True)

    def _shown(self, asking: Asking, cut: Slice, *, head: bool) -> list[int]:
        pairs = zip(cut.members, cut.positions, strict=True)
        lag = asking.faults.get("lag", 0.0)
        nodes = [
            node
            for node, position in pairs
            if not self._world.is_gone(node) and not self._is_late(position, asking.now, lag)
        ]
        if head and "reorder" in asking.faults:
            for at in range(min(int(asking.faults["reorder"]), len(nodes)) - 1):
                if self._chance.random() < 0.5:
                    nodes[at], nodes[at + 1] = nodes[at + 1], nodes[at]
        return self._swapped(nodes, asking.faults.get("swaps", 0.0))

    def _swapped(self, nodes: list[int], chance: float) -> list[int]:
        """Each changes places with its neighbour once at most: none wanders off, as `reorder` has it."""
        at = 0
        while chance and at < len(nodes) - 1:
            if self._chance.random() < chance:
                nodes[at : at + 2] = nodes[at + 1], nodes[at]
                at += 1
            at += 1
        return nodes

    def _is_late(self, position: int, now: float, lag: float) -> bool:
        """Each edge is late by a part of the lag that is its own."""
        born = self._world.born.get(position) if lag else None
        return born is not None and now < born + lag * (position * _GOLDEN % 1)

    def _cursor(self, asking: Asking, owner: str, side: Direction) -> Cursor | None:
        token = asking.request.query.get("pagination_token")
        if token is None:
            return None
        cursor = cursor_of(token, secret=self._secret(owner, side))
        old = self._ttl is not None and asking.now >= self._issued.get(token, 0.0) + self._ttl
        expired = old or "token_expired" in asking.faults
        if len(token) != LENGTH or cursor is None or expired:
            raise ProblemError(problems.bad_token(token))
        return cursor

    def _tokens(self, asking: Asking, owner: str, side: Direction, cut: Slice) -> dict[str, str]:
        """X gives no previous_token with the first page, no next_token with the last."""
        stuck = asking.request.query.get("pagination_token")
        if stuck and "stuck" in asking.faults:
            return {"next_token": stuck}
        cursors: dict[str, Cursor] = {}
        if cut.more_older and cut.positions:
            cursors["next_token"] = Cursor(cut.positions[-1], newer=False)
        if cut.more_newer and cut.positions:
            cursors["previous_token"] = Cursor(cut.positions[0], newer=True)
        secret = self._secret(owner, side)
        tokens = {name: token_of(cursor, secret=secret) for name, cursor in cursors.items()}
        if self._ttl is not None:
            self._issued.update(dict.fromkeys(tokens.values(), asking.now))
        return tokens

    def _secret(self, owner: str, side: Direction) -> str:
        return f"{self._world.seed}:{owner}:{side.value}"
