"""Days that the generator plans, in a world that knows what happened before."""

from collections.abc import Mapping

import msgspec

from tests.simulators.x.changes import Rates, changes
from tests.simulators.x.kinds import Change, Direction, Event, Kind, State
from tests.simulators.x.world import DAY, World

Plan = Mapping[tuple[str, Direction], Rates]


def plan_of(text: str | bytes) -> dict[tuple[str, Direction], Rates]:
    """Rates from JSON: `{"7": {"follows": 20}, "7/following": {"unfollows": 1}}`.

    A plain id is the account's followers. Raises msgspec.ValidationError for what is no rate.
    """
    plan = {}
    for name, rates in msgspec.json.decode(text, type=dict[str, Rates]).items():
        owner, _, side = name.partition("/")
        plan[owner, Direction(side or "followers")] = rates
    return plan


class Drift:
    """A world's planner: what its lists go through, by the rates of each."""

    def __init__(self, plan: Plan, *, seed: int = 0) -> None:
        self.plan = dict(plan)
        self._seed = seed
        self._view: _View | None = None

    def __call__(self, world: World, day: int) -> list[Change]:
        if self._view is None:
            self._view = _View(world)
        start = (world.start or 0.0) + day * DAY
        self._view.read()
        return changes(self._view, self.plan, seed=self._seed, day=day, start=start)


class _View:
    """The world, as the generator may see it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._read = 0
        self._left: dict[tuple[str, Direction], dict[str, None]] = {}

    def read(self) -> None:
        """Take note of what happened since."""
        for event in self._world.events[self._read :]:
            if event.kind in {Kind.FOLLOW, Kind.UNFOLLOW}:
                self._note(event, event.target, Direction.FOLLOWERS, event.source)
                self._note(event, event.source, Direction.FOLLOWING, event.target)
        self._read = len(self._world.events)

    def size(self, owner: str, side: Direction) -> int:
        node = self._world.graph.find(owner)
        return 0 if node is None else len(self._world.graph.list_of(node, side))

    def member(self, owner: str, side: Direction, rank: int) -> str:
        graph = self._world.graph
        return graph.ids[graph.list_of(graph.node_of(owner), side).members[-1 - rank]]

    def former(self, owner: str, side: Direction) -> list[str]:
        return list(self._left.get((owner, side), ()))

    def hidden(self, owner: str, side: Direction) -> list[str]:
        node = self._world.graph.find(owner)
        if node is None:
            return []
        members = self._world.graph.list_of(node, side)
        if not members.hidden:
            return []
        gone = (node for node in members.members if self._world.is_gone(node))
        return [self._world.graph.ids[node] for node in gone]

    def state(self, native_id: str) -> State:
        return self._world.state(self._world.graph.node_of(native_id))

    def someone(self, number: float) -> str:
        return self._world.graph.ids[int(number * self._world.first_accounts)]

    def has(self, owner: str, side: Direction, native_id: str) -> bool:
        graph = self._world.graph
        ends = graph.node_of(native_id), graph.node_of(owner)
        return graph.position_of(*(ends if side is Direction.FOLLOWERS else ends[::-1])) >= 0

    def _note(self, event: Event, owner: str, side: Direction, other: str) -> None:
        left = self._left.setdefault((owner, side), {})
        if event.kind is Kind.UNFOLLOW:
            left[other] = None
        else:
            left.pop(other, None)
