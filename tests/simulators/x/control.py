"""The simulator's own doors, under /_sim/: the clock, changes, faults, the truth, the report.

They ask for no token, cost nothing and are in no report. See the package's text for each.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from tests.simulators.x.credentials import SCOPES
from tests.simulators.x.faults import KINDS, PROFILES, Fault
from tests.simulators.x.history import history, truth
from tests.simulators.x.kinds import Change, Direction, Kind
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.times import iso, seconds
from tests.simulators.x.wire import Answer, Request

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


class _Given(msgspec.Struct, forbid_unknown_fields=True):
    kind: Kind
    source: str = ""
    id: str = ""
    target: str = ""
    at: str = ""

    def change(self) -> Change:
        at = seconds(self.at) if self.at else 0.0
        return Change(at, self.kind, self.source or self.id, self.target)


class _App(msgspec.Struct, forbid_unknown_fields=True):
    name: str = ""
    credits: float | msgspec.UnsetType | None = msgspec.UNSET
    enrolled: bool | None = None
    owner: str | None = None
    consenting: str | None = None


class _User(msgspec.Struct, forbid_unknown_fields=True):
    user: str
    app: str = ""
    scope: str = SCOPES


class Control:
    """What tests and demos turn."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator
        self._doors: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "clock"): lambda _: self._clock(),
            ("POST", "advance"): self._advance,
            ("POST", "apply"): self._apply,
            ("GET", "faults"): lambda _: simulator.faults.listed(),
            ("POST", "faults"): self._fault,
            ("DELETE", "faults"): lambda _: simulator.faults.clear(),
            ("GET", "truth"): lambda request: truth(simulator.world, *_list(request)),
            ("GET", "history"): lambda request: history(simulator.world, *_list(request)),
            ("GET", "largest"): self._largest,
            ("GET", "report"): lambda _: simulator.summary(),
            ("DELETE", "report"): lambda _: simulator.report.clear(),
            ("POST", "tokens"): self._tokens,
            ("POST", "app"): self._app,
        }

    def handle(self, request: Request) -> Answer:
        """Answer; 404 for no door, 400 for what it cannot read."""
        door = self._doors.get((request.method, request.path.removeprefix("/_sim/")))
        if door is None:
            return Answer(
                404, {"error": "no such door", "doors": sorted(map(" ".join, self._doors))}
            )
        try:
            with self._sim.world.lock:
                self._sim.catch_up()
                said = door(request)
                return Answer(200, {} if said is None else said)
        except (KeyError, ValueError) as error:  # msgspec's errors are ValueErrors
            return Answer(400, {"error": str(error)})

    def _clock(self) -> dict[str, Any]:
        now = self._sim.now()
        rate = getattr(self._sim.clock, "rate", None)
        return {"now": iso(now), "epoch": now, "rate": rate}

    def _advance(self, request: Request) -> dict[str, Any]:
        amounts = msgspec.json.decode(request.body, type=dict[str, float])
        by = sum(_UNITS[unit] * amount for unit, amount in amounts.items())
        advance: Callable[..., object] | None = getattr(self._sim.clock, "advance", None)
        if advance is None:
            raise ValueError("this clock cannot be advanced")
        advance(seconds=by)
        return {"applied": self._sim.catch_up(), **self._clock()}

    def _apply(self, request: Request) -> dict[str, Any]:
        given = msgspec.json.decode(request.body, type=list[_Given])
        return {"applied": self._sim.world.apply([each.change() for each in given])}

    def _fault(self, request: Request) -> dict[str, Any]:
        profile = msgspec.json.decode(request.body)
        if isinstance(profile, dict) and "profile" in profile:
            faults = PROFILES[profile["profile"]]
        else:
            listed = profile if isinstance(profile, list) else [profile]
            faults = msgspec.convert(listed, list[Fault])
        self._sim.faults.add(faults)
        return {"on": self._sim.faults.listed(), "kinds": KINDS}

    def _largest(self, request: Request) -> list[dict[str, Any]]:
        side = Direction(request.query.get("direction", "followers"))
        graph = self._sim.world.graph
        first = sorted(graph.sizes(side), reverse=True)[: int(request.query.get("n", "10"))]
        return [{"id": graph.ids[node], "members": size} for size, node in first]

    def _tokens(self, request: Request) -> dict[str, Any]:
        given = msgspec.json.decode(request.body, type=_User)
        return self._sim.tokens_for(given.user, app=given.app, scope=given.scope)

    def _app(self, request: Request) -> dict[str, Any]:
        given = msgspec.json.decode(request.body, type=_App)
        app = self._sim.credentials.app(given.name)
        if given.credits is not msgspec.UNSET:
            self._sim.set_credits(app.name, given.credits)
        app.enrolled = app.enrolled if given.enrolled is None else given.enrolled
        app.owner = app.owner if given.owner is None else given.owner
        if given.consenting is not None:
            self._sim.login.consenting = given.consenting
        return {"name": app.name, "owner": app.owner, "enrolled": app.enrolled}


def _list(request: Request) -> tuple[str, Direction]:
    return request.query["id"], Direction(request.query.get("direction", "followers"))
