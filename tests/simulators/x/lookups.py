"""GET /2/users and its kin: accounts by id, by handle, and the caller's own."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.simulators.x import problems
from tests.simulators.x.asking import Asking, checked_id
from tests.simulators.x.money import Reading
from tests.simulators.x.people import by_handle, user
from tests.simulators.x.wire import Answer, ProblemError
from tests.simulators.x.world import World

LARGEST = 100
_Find = Callable[[str], int | None]


class Lookups:
    """Accounts. Protected ones are shown, with `protected: true` for those who ask for the field."""

    def __init__(self, world: World) -> None:
        self._world = world

    def by_ids(self, asking: Asking) -> Answer:
        """`ids`, at most 100."""
        ids = _listed(asking, "ids")
        for native_id in ids:
            checked_id("ids", native_id)
        return self._many(asking, ids, "ids", self._world.graph.find)

    def by_usernames(self, asking: Asking) -> Answer:
        """`usernames`, at most 100."""
        names = _listed(asking, "usernames")
        return self._many(asking, names, "usernames", lambda name: by_handle(self._world, name))

    def by_id(self, asking: Asking, native_id: str) -> Answer:
        """One account."""
        return self._one(asking, checked_id("id", native_id), "id", self._world.graph.find)

    def by_username(self, asking: Asking, name: str) -> Answer:
        """One account."""
        return self._one(asking, name, "username", lambda name: by_handle(self._world, name))

    def me(self, asking: Asking) -> Answer:
        """The account whose token it is."""
        if not asking.caller.user:
            return problems.app_only(asking.request.path)
        return self._one(asking, asking.caller.user, "id", self._world.graph.find)

    def _one(self, asking: Asking, value: str, parameter: str, find: _Find) -> Answer:
        asking.only(())
        found, errors = self._look(asking, [value], parameter, find)
        body: dict[str, Any] = {"data": found[0]} if found else {"errors": errors}
        return Answer(200, body, readings=_reading(found))

    def _many(self, asking: Asking, values: Sequence[str], parameter: str, find: _Find) -> Answer:
        asking.only({parameter})
        found, errors = self._look(asking, values, parameter, find)
        body: dict[str, Any] = {"data": found} if found else {}
        if errors:
            body["errors"] = errors
        return Answer(200, body, readings=_reading(found))

    def _look(
        self, asking: Asking, values: Sequence[str], parameter: str, find: _Find
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        seen = asking.seen(self._world)
        found, errors = [], []
        for value in values:
            node = find(value)
            if node is None or self._world.is_gone(node):
                state = None if node is None else self._world.state(node)
                errors.append(problems.unseen(state, value, parameter))
            else:
                found.append(user(self._world, node, seen))
        return found, errors


def _listed(asking: Asking, name: str) -> list[str]:
    values = list(dict.fromkeys(filter(None, asking.request.query.get(name, "").split(","))))
    if not 1 <= len(values) <= LARGEST:
        message = f"The number of values in the `{name}` query parameter list [{len(values)}] "
        message += f"is not between 1 and {LARGEST}"
        raise ProblemError(problems.invalid(name, ",".join(values), message))
    return values


def _reading(found: Sequence[dict[str, Any]]) -> tuple[Reading, ...]:
    return (Reading("user", "", [person["id"] for person in found]),) if found else ()
