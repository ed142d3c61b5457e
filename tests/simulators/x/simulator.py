"""The parts put together: from a request to its answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tests.simulators.x import problems
from tests.simulators.x.activity import Activity
from tests.simulators.x.clock import SimClock
from tests.simulators.x.credentials import SCOPES, App, Caller, Credentials
from tests.simulators.x.faults import REQUEST_KINDS, Faults
from tests.simulators.x.gate import Gate
from tests.simulators.x.kinds import Change, Kind
from tests.simulators.x.lookups import Lookups
from tests.simulators.x.money import Dedup, Ledger, Reading
from tests.simulators.x.oauth import Login
from tests.simulators.x.pages import Pages
from tests.simulators.x.report import Report, dollars
from tests.simulators.x.routes import Routes
from tests.simulators.x.times import http_date
from tests.simulators.x.windows import SECONDS, Windows
from tests.simulators.x.wire import Answer, Request
from tests.simulators.x.world import World

NOBODY = "-"
"""The credential in the report of requests that had none."""


class Simulator:
    """The simulated X: `handle` answers a request. asgi.py and server.py put it on a wire.

    `apps` are copied; none are one app as it usually is. `limits` overrides requests per window by
    endpoint; `window` is in seconds, as `token_ttl` is, after which pagination tokens are refused.
    """

    def __init__(  # noqa: PLR0913 - each is a thing that tests turn
        self,
        world: World,
        *,
        clock: Callable[[], datetime] | None = None,
        apps: Sequence[App] = (),
        dedup: Dedup | str = Dedup.LIST,
        faults: str = "none",
        limits: Mapping[str, int] | None = None,
        window: int = SECONDS,
        token_ttl: float | None = None,
    ) -> None:
        self.world = world
        self.clock = clock or SimClock()
        own = [msgspec.structs.replace(app) for app in apps] or [App()]
        self.credentials = Credentials(own, seed=world.seed)
        self.faults = Faults(faults, seed=world.seed)
        self.ledger = Ledger(Dedup(dedup))
        self.report = Report()
        self.login = Login(self.credentials, self.faults)
        self.activity = Activity(world, self._deliveries)
        self._gate = Gate(
            self.credentials, Windows(limits, seconds=window), self.ledger, self.faults
        )
        pages = Pages(world, token_ttl=token_ttl)
        self._routes = Routes(pages, Lookups(world), self.activity)
        for app in own:
            self.set_credits(app.name, app.credits)
        self.catch_up()

    def now(self) -> float:
        """The simulated time."""
        return self.clock().timestamp()

    def catch_up(self) -> int:
        """Let the world come to the clock's time; how many changes had an effect."""
        return self.world.catch_up(self.now())

    def do(self, kind: str, source: str, target: str = "") -> bool:
        """Let something happen now; whether it had an effect. Kinds as in kinds.Kind."""
        with self.world.lock:
            self.catch_up()
            return self.world.apply([Change(self.world.now, Kind(kind), source, target)]) > 0

    def set_credits(self, app: str, amount: float | None) -> None:
        """An app's credit in dollars from now on, None: without end."""
        self.ledger.credits.pop(app, None)
        if amount is not None:
            self.ledger.credits[app] = round(amount * 1_000_000)

    def tokens_for(self, user: str, *, app: str = "", scope: str = SCOPES) -> dict[str, Any]:
        """A user's tokens, as the token endpoint gives them, without the browser's round trip."""
        caller = Caller(self.credentials.app(app), user, frozenset(scope.split()))
        return self.credentials.grant(caller, now=self.now())

    def handle(self, request: Request) -> Answer:
        """Answer one request of the API."""
        with self.world.lock:
            now = self.now()
            self.world.catch_up(now)
            answer = self._login(request, now) or self._work(request, now)
            answer.headers.setdefault("date", http_date(now))
            return answer

    def summary(self) -> dict[str, Any]:
        """The report as JSON."""
        with self.world.lock:
            return {
                **self.report.shown(),
                "dollars_by_day": {
                    app: {day: dollars(micros) for day, micros in sorted(by_day.items())}
                    for app, by_day in self.ledger.spent.items()
                },
                "credits": {app: dollars(left) for app, left in self.ledger.credits.items()},
                "faults": dict(sorted(self.faults.fired.items())),
            }

    def _login(self, request: Request, now: float) -> Answer | None:
        worked = self.login.work(request, now=now)
        if worked is not None:
            self.report.note(NOBODY, *worked, [])
        return worked[1] if worked else None

    def _work(self, request: Request, now: float) -> Answer:
        route = self._routes.find(request)
        if route is None:
            return problems.blank(404, "Not Found")
        caller, answer = self._gate.work(request, route, now)
        readings = answer.readings if caller else ()
        bills = [self.ledger.charge(caller.app.name, each, now=now) for each in readings if caller]
        self.report.note(caller.label if caller else NOBODY, route.endpoint, answer, bills)
        return answer

    def _deliveries(self, app: str, number: str) -> int:
        met = self.faults.draw("events", without=REQUEST_KINDS)
        if "dropped" in met:
            return 0
        bill = self.ledger.charge(app, Reading("event", "", [number]), now=self.world.now)
        self.report.event(f"app:{app}", bill)
        return 2 if "duplicate" in met else 1
