"""Which path is which endpoint."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from tests.simulators.x.activity import Activity
from tests.simulators.x.asking import Asking
from tests.simulators.x.kinds import Direction
from tests.simulators.x.lookups import Lookups
from tests.simulators.x.pages import Pages
from tests.simulators.x.wire import Answer, Request

Work = Callable[[Asking], Answer]


class Route(NamedTuple):
    """An endpoint, by the name that windows, faults and reports know it under, and what it does."""

    endpoint: str
    work: Work


class Routes:
    """The paths that ask for a bearer token."""

    def __init__(self, pages: Pages, lookups: Lookups, activity: Activity) -> None:
        self._pages, self._lookups, self._activity = pages, lookups, activity

    def find(self, request: Request) -> Route | None:
        """A request's route; None where X has nothing, or this has not."""
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["2", "users", *rest]:
                return self._users(rest)
            case method, ["2", "activity", *rest]:
                return self._events(method, rest)
        return None

    def _users(self, rest: list[str]) -> Route | None:
        pages, lookups = self._pages, self._lookups
        plain: dict[tuple[str, ...], Route] = {
            (): Route("users", lookups.by_ids),
            ("me",): Route("me", lookups.me),
            ("by",): Route("users_by", lookups.by_usernames),
        }
        match rest:
            case _ if tuple(rest) in plain:
                return plain[tuple(rest)]
            case ["by", "username", name]:
                return Route("user_by_username", partial(lookups.by_username, name=name))
            case [native_id]:
                return Route("user", partial(lookups.by_id, native_id=native_id))
            case [owner, "followers" | "following" as side]:
                return Route(side, partial(pages.page, owner=owner, side=Direction(side)))
        return None

    def _events(self, method: str, rest: list[str]) -> Route | None:
        activity = self._activity
        match method, rest:
            case "GET", ["stream"]:
                return Route("stream", activity.stream)
            case "GET", ["subscriptions"]:
                return Route("subscriptions", activity.listed)
            case "POST", ["subscriptions"]:
                return Route("subscriptions", activity.subscribe)
            case "DELETE", ["subscriptions", number]:
                unsubscribe = partial(activity.unsubscribe, subscription_id=number)
                return Route("subscriptions", unsubscribe)
        return None
