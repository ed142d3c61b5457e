"""Logins on the simulated X: asking who it was is windowed, capped and paid for as any call."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from sqlalchemy import func, select

from pipeline.ingest.graph.credentials import SETTING
from pipeline.ingest.graph.logins import LoggedIn, Logins, Wanted
from pipeline.settings import Graph
from pipeline.store.database import Database
from pipeline.store.graph import accounts, breakers
from pipeline.store.network_tables import budget_ledger
from tests.simulators.x.credentials import App
from tests.simulators.x.faults import Fault
from tests.simulators.x.report import Line
from tests.simulators.x.server import SimulatedX
from tests.simulators.x.world import World as Network
from tests.support.clock import FakeClock
from tests.support.pushed import erase
from tests.support.reading import followers
from tests.support.world import World

pytestmark = pytest.mark.services

BACK = "http://127.0.0.1:8421/callback"
CENT = 10_000
ADA, BOB = "1", "2"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Go nowhere: the address is what is wanted."""


class Door:
    """Somebody's browser, and both sides' books."""

    def __init__(self, world: World, x: SimulatedX) -> None:
        self.world = world
        self.x = x
        graph = world.container.graph
        self.graph = graph
        self.logins = Logins(world.settings, graph.credentials, graph.finder)

    def log_in(self, user: str = ADA, name: str | None = None) -> LoggedIn:
        """Log in as this user, who agrees."""
        self.x.simulator.login.consenting = user
        attempt = self.logins.begin(BACK)
        url = attempt.url.replace("https://x.com", self.x.url)
        with pytest.raises(HTTPError) as sent_back:
            build_opener(_Stay).open(url)
        with sent_back.value as answer:
            address = answer.headers["location"]
        done = self.logins.finish(attempt, address, Wanted(name, SETTING))
        assert self.graph.credentials.tokens_of(done.row).access
        assert self.graph.credentials.find(done.row.name) is not None
        return done

    def asked(self) -> Line:
        """What X was asked of whose a token is."""
        return self.x.simulator.report.total("me")

    def spent(self) -> int:
        """What the ledger says was spent, in micro-dollars. Nothing may still be open."""
        cost, rows = func.sum(budget_ledger.c.cost), func.count()
        closed = func.count(budget_ledger.c.cost)
        with self.world.database.read() as db:
            total, open_, settled = db.execute(select(cost, rows, closed)).one()
        assert open_ == settled
        return int(total or 0)

    def billed(self) -> int:
        """What X says was spent."""
        return self.x.simulator.report.total().micros


Open = Callable[..., Door]


@pytest.fixture
def door(database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[Open]:
    """A function that opens one; keywords are the Simulator's."""
    with ExitStack() as stack:

        def start(graph: Graph | None = None, **more: object) -> Door:
            network = Network(followers(ADA, [BOB, "3"]), seed=7)
            x = stack.enter_context(SimulatedX(network, clock=clock, **more))
            world = World(
                database,
                clock,
                tmp_path,
                graph=graph or Graph(),
                x_api_url=x.url,
                x_client_id="simulated-client",
            )
            return Door(world, x)

        yield start


def test_who_logged_in_is_in_the_ledger_as_x_bills_it(door: Open) -> None:
    here = door()
    done = here.log_in()
    assert (done.unknown, done.row.owner_id) == (None, ADA)
    assert (here.spent(), here.billed()) == (CENT, CENT)
    here.log_in(BOB)
    assert (here.spent(), here.billed()) == (2 * CENT, 2 * CENT)


def test_who_was_paid_for_on_the_same_day_is_free_until_it_ends(door: Open) -> None:
    here = door()
    row = here.log_in().row
    here.log_in()
    with here.world.database.write() as db:
        known = accounts.many(db, accounts.ordinals(db, "x", [ADA, BOB]).values())
    here.graph.finder.profiles(list(known.values()), row)
    here.log_in(BOB)
    assert (here.spent(), here.billed()) == (2 * CENT, 2 * CENT)
    here.world.clock.advance(days=1)
    assert here.log_in().unknown is None
    assert (here.spent(), here.billed()) == (3 * CENT, 3 * CENT)


def test_who_was_erased_is_paid_for_and_not_kept(door: Open) -> None:
    here = door()
    shown = here.log_in().person
    assert shown is not None
    erase(here.world, shown)
    here.world.clock.advance(days=1)
    here.log_in()
    assert (here.spent(), here.billed()) == (2 * CENT, 2 * CENT)
    with here.world.database.read() as db:
        assert accounts.by_native(db, "x", [ADA]) == {}


@pytest.mark.parametrize(
    ("graph", "why"),
    [
        (Graph(daily_cap=0.0), "cap of $0.00"),
        (Graph(cycle_cap=0.0), "cap of $0.00"),
        (Graph(dry_run=True), "dry run"),
    ],
)
def test_a_login_is_kept_where_asking_is_not_allowed(door: Open, graph: Graph, why: str) -> None:
    here = door(graph)
    done = here.log_in()
    assert (done.row.name, done.row.owner_id, done.person) == ("x-login", None, None)
    assert why in (done.unknown or "")
    assert (here.asked().asked, here.spent(), here.billed()) == (0, 0, 0)


def test_an_app_without_credits_is_stopped_by_it(door: Open) -> None:
    here = door(apps=[App(credits=0.0)])
    for _ in range(2):
        done = here.log_in()
        assert "CreditsDepleted" in (done.unknown or "")
    assert here.asked().statuses == {"402": 1}
    with here.world.database.read() as db:
        assert breakers.get(db, SETTING) is not None
    assert here.spent() == 0
    here.x.simulator.set_credits("app", 1.0)
    with here.world.database.write() as db:
        here.graph.close_breaker(db, SETTING)
    assert here.log_in().unknown is None
    assert (here.spent(), here.billed()) == (CENT, CENT)


def test_a_refusal_moves_the_window_of_the_login(door: Open) -> None:
    here = door()
    here.x.simulator.faults.add([Fault("rate_limited", "me", count=1)])
    for _ in range(2):
        assert here.log_in(name="mine").unknown
    assert here.asked().statuses == {"429": 1}
    assert here.log_in(BOB, name="other").unknown is None
    here.world.clock.advance(minutes=16)
    assert here.log_in(name="mine").row.owner_id == ADA
    assert (here.spent(), here.billed()) == (2 * CENT, 2 * CENT)


def test_a_window_that_is_used_up_is_not_asked_in(door: Open) -> None:
    here = door(limits={"me": 1})
    assert here.log_in(name="mine").unknown is None
    assert "window of me is used up" in (here.log_in(name="mine").unknown or "")
    assert here.asked().statuses == {"200": 1}


def test_an_answer_that_was_lost_may_have_cost(door: Open) -> None:
    here = door()
    here.x.simulator.faults.add([Fault("lost", "me", count=1)])
    assert here.log_in().unknown
    with here.world.database.read() as db:
        assert here.graph.turnstile.spent(db, SETTING).reserved == CENT
    assert here.billed() == CENT
