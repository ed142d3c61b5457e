"""The network as it stands: accounts, their states, their lists, and what a change does to them."""

from collections import defaultdict
from collections.abc import Iterable

from tests.simulators.x.graph import Graph
from tests.simulators.x.kinds import Change, Direction, Kind, State

_BOTH = (
    (Direction.FOLLOWERS, Direction.FOLLOWING),
    (Direction.FOLLOWING, Direction.FOLLOWERS),
)
_HIDING = {Kind.SUSPEND: State.SUSPENDED, Kind.DELETE: State.DELETED}


class Network:
    """Accounts and edges. Suspended and deleted accounts keep their edges, which pages leave out."""

    def __init__(self, edges: Iterable[tuple[str, str]], *, seed: int) -> None:
        self.seed = seed
        self.graph = Graph()
        self.graph.fill(edges)
        self.first_accounts = len(self.graph.ids)
        self.first_positions = self.graph.last_position
        self.born: dict[int, float] = {}
        """When edges that are newer than the world came to be, by position."""
        self.created: dict[int, float] = {}
        """The same of accounts, by node."""
        self.handles: dict[int, str] = {}
        """Of accounts that were renamed."""
        self._resizings: dict[tuple[Direction, int], list[tuple[float, int]]] = defaultdict(list)
        self._gone: dict[int, State] = {}
        self._protected: set[int] = set()

    def state(self, node: int) -> State:
        """What an account is."""
        usual = State.PROTECTED if node in self._protected else State.ACTIVE
        return self._gone.get(node, usual)

    def is_gone(self, node: int) -> bool:
        """Whether the account is suspended or deleted: left out of pages."""
        return node in self._gone

    def is_protected(self, node: int) -> bool:
        """Whether the account's lists are closed, also while it is suspended."""
        return node in self._protected

    def size(self, node: int, side: Direction, *, since: float | None = None) -> int:
        """How many members a list shows, or, before the changes `since` then, showed."""
        members = self.graph.list_of(node, side)
        shown = len(members) - members.hidden
        if since is None:
            return shown
        return shown - sum(by for at, by in self._resizings.get((side, node), ()) if at > since)

    def change(self, change: Change) -> int | None:
        """Do it. The edge's position, -1 for a change of an account, None where nothing changed."""
        if change.kind is Kind.FOLLOW:
            return self._follow(change, self._someone(change.source, change.at), change.target)
        node = self.graph.find(change.source)
        if node is None:
            return None
        if change.kind is Kind.UNFOLLOW:
            return self._unfollow(change, node, self.graph.find(change.target))
        return -1 if self._become(change, node) else None

    def _someone(self, native_id: str, at: float) -> int:
        node = self.graph.node_of(native_id)
        if node >= self.first_accounts:
            self.created.setdefault(node, at)
        return node

    def _follow(self, change: Change, source: int, target_id: str) -> int | None:
        target = self._someone(target_id, change.at)
        gone = source in self._gone or target in self._gone
        if gone or source == target or self.graph.position_of(source, target) >= 0:
            return None
        position = self.graph.connect(source, target)
        self.born[position] = change.at
        self._resized(change.at, source, target, by=1)
        return position

    def _unfollow(self, change: Change, source: int, target: int | None) -> int | None:
        position = -1 if target is None else self.graph.position_of(source, target)
        if target is None or position < 0:
            return None
        self.graph.cut(source, target, position)
        self.graph.own(source, Direction.FOLLOWING).hidden -= target in self._gone
        self.graph.own(target, Direction.FOLLOWERS).hidden -= source in self._gone
        self._resized(change.at, source, target, by=-1)
        return position

    def _resized(self, at: float, source: int, target: int, *, by: int) -> None:
        if target not in self._gone:
            self._resizings[Direction.FOLLOWING, source].append((at, by))
        if source not in self._gone:
            self._resizings[Direction.FOLLOWERS, target].append((at, by))

    def _become(self, change: Change, node: int) -> bool:
        before = self._account(node)
        match change.kind:
            case Kind.RENAME:
                self.handles[node] = change.target
            case Kind.PROTECT:
                self._protected.add(node)
            case Kind.UNPROTECT:
                self._protected.discard(node)
            case Kind.REINSTATE:
                self._gone.pop(node, None)
            case hiding:
                self._gone[node] = _HIDING[hiding]
        if (before[0] is None) != (node not in self._gone):
            self._hide(change.at, node, by=1 if node in self._gone else -1)
        return before != self._account(node)

    def _account(self, node: int) -> tuple[State | None, bool, str | None]:
        return self._gone.get(node), node in self._protected, self.handles.get(node)

    def _hide(self, at: float, node: int, *, by: int) -> None:
        for side, other in _BOTH:
            for member in self.graph.list_of(node, side).members:
                self.graph.own(member, other).hidden += by
                self._resizings[other, member].append((at, -by))
