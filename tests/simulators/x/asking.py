"""What every endpoint is given, and how it reads parameters."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from tests.simulators.x import problems
from tests.simulators.x.credentials import Caller
from tests.simulators.x.kinds import State
from tests.simulators.x.people import USER_FIELDS, Seen
from tests.simulators.x.wire import ProblemError, Request
from tests.simulators.x.world import World

COMMON = frozenset(("user.fields", "expansions", "tweet.fields"))
_ID = re.compile("[0-9]{1,19}")


class Asking(NamedTuple):
    """One request that may be worked: by whom, when, and what goes wrong with it."""

    request: Request
    caller: Caller
    now: float
    faults: dict[str, float]

    def only(self, names: Collection[str]) -> None:
        """Refuse parameters that the endpoint has not (ProblemError)."""
        known = COMMON.union(names)
        for name, value in self.request.query.items():
            if name not in known:
                message = f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]"
                raise ProblemError(problems.invalid(name, value, message))

    def seen(self, world: World) -> Seen:
        """How accounts are shown to this one (ProblemError for a field there is not)."""
        lag = self.faults.get("count_lag")
        return Seen(
            fields_of(self.request.query.get("user.fields", "")),
            world.graph.find(self.caller.user),
            None if lag is None else self.now - lag,
        )

    def refusal(self, world: World, node: int | None) -> State | None:
        """Why the caller may not see an account's lists; ACTIVE: it may. None: no such account."""
        if node is None:
            return None
        state = world.state(node)
        if state is not State.PROTECTED:
            return state
        viewer = world.graph.find(self.caller.user)
        friend = viewer is not None and world.graph.position_of(viewer, node) >= 0
        return State.ACTIVE if viewer == node or friend else state


@lru_cache(maxsize=256)
def fields_of(text: str) -> tuple[str, ...]:
    """`user.fields` (ProblemError for one there is not)."""
    fields = frozenset(text.split(",")) if text else frozenset()
    for field in fields - USER_FIELDS:
        allowed = ",".join(sorted(USER_FIELDS))
        message = f"The `user.fields` query parameter value [{field}] is not one of [{allowed}]"
        raise ProblemError(problems.invalid("user.fields", field, message))
    return tuple(sorted(fields))


def checked_id(name: str, value: str) -> str:
    """An id (ProblemError for what is none)."""
    if not _ID.fullmatch(value):
        message = f"The `{name}` query parameter value [{value}] is not valid"
        raise ProblemError(problems.invalid(name, value, message))
    return value


def whole(asking: Asking, name: str, usual: int, low: int, high: int) -> int:
    """A number in a range (ProblemError)."""
    value = asking.request.query.get(name, str(usual))
    if not value.isdecimal() or not low <= int(value) <= high:
        message = f"The `{name}` query parameter value [{value}] is not between {low} and {high}"
        raise ProblemError(problems.invalid(name, value, message))
    return int(value)
