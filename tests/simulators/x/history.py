"""What was true and what happened, for those who check what somebody made of it."""

from typing import Any

from tests.simulators.x.kinds import Direction, Event, Kind
from tests.simulators.x.times import iso
from tests.simulators.x.world import World

_EDGES = {Kind.FOLLOW, Kind.UNFOLLOW}


def truth(world: World, native_id: str, side: Direction) -> dict[str, Any]:
    """A list as it is: `ids` as pages show them, `members` all, each with its state."""
    with world.lock:
        node = world.graph.find(native_id)
        return {
            "id": native_id,
            "direction": side.value,
            "at": iso(world.now),
            "state": None if node is None else world.state(node).value,
            "ids": world.members(native_id, side),
            "members": [
                {"id": member.id, "state": member.state.value, "position": member.position}
                for member in world.truth(native_id, side)
            ],
        }


def history(world: World, native_id: str, side: Direction) -> dict[str, Any]:
    """The list's first members, newest first, then each event of it or of an account in it."""
    with world.lock:
        edges = [event for event in world.events if _member(event, native_id, side)]
        ever = {_other(event, side) for event in edges}
        now = {member.id: member.position for member in world.truth(native_id, side)}
        first = {position: member for member, position in now.items()}
        first |= {event.position: _other(event, side) for event in edges}
        concerned = {*ever, *now, native_id}
        events = [
            event
            for event in world.events
            if (event.kind in _EDGES and _member(event, native_id, side))
            or (event.kind not in _EDGES and event.source in concerned)
        ]
        return {
            "id": native_id,
            "direction": side.value,
            "initial": [
                first[position]
                for position in sorted(first, reverse=True)
                if position <= world.first_positions
            ],
            "events": [shown(event) for event in events],
        }


def shown(event: Event) -> dict[str, Any]:
    """An event as JSON; its position is left out where it has none."""
    body: dict[str, Any] = {"at": iso(event.at), "kind": event.kind.value, "source": event.source}
    if event.target:
        body["target"] = event.target
    if event.position >= 0:
        body["position"] = event.position
    return body


def _member(event: Event, native_id: str, side: Direction) -> bool:
    whose = event.target if side is Direction.FOLLOWERS else event.source
    return event.kind in _EDGES and whose == native_id


def _other(event: Event, side: Direction) -> str:
    return event.source if side is Direction.FOLLOWERS else event.target
