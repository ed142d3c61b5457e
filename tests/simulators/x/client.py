"""Asking a simulator that is in the same process, without any wire."""

from collections.abc import Iterator
from typing import Any

import orjson

from tests.simulators.x.kinds import Direction
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.wire import Answer, Request


class Client:
    """One credential's requests."""

    def __init__(self, simulator: Simulator, token: str = "simulated-bearer") -> None:  # noqa: S107 - made up
        self._sim = simulator
        self._token = token

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        """Any request; `_` in a parameter's name before `fields` is a dot, as in user_fields."""
        given = {name.replace("_fields", ".fields"): value for name, value in query.items()}
        coded = b"" if body is None else orjson.dumps(body)
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        return self._sim.handle(Request(method, path, given, headers, coded))

    def get(self, path: str, **query: str) -> Answer:
        """A GET."""
        return self.ask("GET", path, **query)

    def page(
        self, owner: str, side: str = "followers", *, size: int = 1000, token: str = "", **more: str
    ) -> Answer:
        """One page of a list, from a token on if one is given."""
        start = {"pagination_token": token} if token else {}
        query = {"max_results": str(size), **start, **more}
        return self.get(f"/2/users/{owner}/{Direction(side).value}", **query)

    def pages(self, owner: str, side: str = "followers", *, size: int = 1000) -> Iterator[Answer]:
        """All pages of a list, as a client that trusts every answer reads them."""
        token = ""
        while True:
            answer = self.page(owner, side, size=size, token=token)
            yield answer
            token = answer.body.get("meta", {}).get("next_token", "")
            if not token:
                return

    def whole(self, owner: str, side: str = "followers", *, size: int = 1000) -> list[str]:
        """The ids of a whole list."""
        return [each for answer in self.pages(owner, side, size=size) for each in ids(answer)]


def ids(answer: Answer) -> list[str]:
    """The ids in an answer, in order."""
    return [person["id"] for person in answer.body.get("data", [])]
