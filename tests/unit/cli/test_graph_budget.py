"""`afterword graph quote` and `budget` as the owner types them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from pipeline.domain.graph.port import Limits
from pipeline.ingest.graph.turnstile import Ask, Permit, Turnstile
from pipeline.settings import Graph
from pipeline.store.graph import breakers
from pipeline.store.graph.breakers import Breaker
from pipeline.store.graph_tables import account
from pipeline.store.network_tables import credential
from tests.unit.cli.blog import Blog, refuses


@pytest.fixture
def graph(blog: Blog) -> Blog:
    """Ada, whom X says 1,200 follow, and the app `main`."""
    now = blog.world.clock()
    add(blog, account, ord=7, network="x", native_id="1007", handle="ada", followers=1_200)
    shared = {"network": "x", "kind": "bearer", "added_at": now}
    add(blog, credential, name="main", app="main", **shared)
    return blog


def add(blog: Blog, table: Any, **values: Any) -> None:
    with blog.world.database.write() as db:
        db.execute(insert(table).values(values))


def spend(blog: Blog, members: int) -> None:
    """Read so many of Ada's followers, and one page that nobody answers."""
    world = blog.world
    turnstile = Turnstile(Graph(daily_cap=50.0), world.container.ids, world.clock, lambda: 0.0)
    ask = Ask(1, 0, "main", "main", "x", "followers", "followers", 7, owned=False, size=members)
    with world.database.write() as db:
        permit = turnstile.enter(db, ask)
        assert isinstance(permit, Permit)
        limits = Limits(300, 299, world.clock() + timedelta(minutes=15))
        turnstile.leave(db, permit, members=range(members), limits=limits, answered_at=None)
        turnstile.enter(db, ask._replace(job_id=2, size=10))


def trip(blog: Blog, app: str, *, days: int | None = None) -> None:
    now = blog.world.clock()
    until = None if days is None else now + timedelta(days=days)
    with blog.world.database.write() as db:
        breakers.trip(db, Breaker(app, "no credits", now, until))


def test_a_quote_names_price_time_and_what_it_assumes(graph: Blog) -> None:
    shown = graph.type("graph", "quote", "ada").stdout
    (row,) = [line for line in shown.splitlines() if line.startswith("@ada")]
    assert row.split()[:6] == ["@ada", "followers", "1,200", "3", "$12.00", "$12.00"]
    assert "total: $12.00 in 3 requests, at least 0 s" in shown
    assert "$1.00 of $1.00 left today, $20.00 of $20.00 in this cycle" in shown
    assert "it does not fit: it would take 12 days" in shown
    assert "followers: $0.01 each" in shown
    assert "2026-08-22" in shown


def test_a_quote_for_an_unknown_account_says_what_a_look_up_costs(graph: Blog) -> None:
    shown = graph.type("graph", "quote", "nobody").stdout
    assert "accounts of unknown size: 1; looking one up costs $0.01" in shown
    assert "it fits" in graph.type("graph", "quote", "nobody", "--members", "90").stdout


def test_a_quote_for_machines_has_micro_dollars(graph: Blog) -> None:
    lists = ("--direction", "followers", "--direction", "following")
    found = graph.json("graph", "quote", "ada", *lists)
    assert [row["price"] for row in found["lists"]] == [12_000_000, None]
    assert found["total"]["unknown"] == 1
    assert found["apps"] == [
        {
            "app": "main",
            "price": 12_000_000,
            "fits": False,
            "days": 12,
            "stopped": None,
            "left_today": 1_000_000,
            "left_in_cycle": 20_000_000,
        }
    ]


def test_a_quote_says_when_the_caps_never_let_it_through(graph: Blog) -> None:
    graph.settings("[graph]\ndaily_cap = 0\n")
    assert "not in ten years" in graph.type("graph", "quote", "ada").stdout


def test_a_quote_says_what_stops_the_app(graph: Blog) -> None:
    trip(graph, "main")
    assert "main is stopped: no credits" in graph.type("graph", "quote", "ada").stdout


def test_a_free_network_is_quoted_without_a_price(graph: Blog) -> None:
    add(graph, account, ord=8, network="bluesky", native_id="did:a", handle="ada", followers=90)
    shown = graph.type("graph", "quote", "ada", "--network", "bluesky", "--probe").stdout
    assert "total: $0.00 in 1 request" in shown
    assert "followers: free" in shown


def test_a_network_nobody_knows_is_refused(graph: Blog) -> None:
    refuses(graph.type("graph", "quote", "ada", "--network", "orkut"), 1, "orkut")


def test_a_budget_shows_what_was_spent_and_what_is_out(graph: Blog) -> None:
    spend(graph, 40)
    (row,) = graph.json("graph", "budget")
    assert row == {
        "app": "main",
        "day": 400_000,
        "cycle": 400_000,
        "day_cap": 1_000_000,
        "cycle_cap": 20_000_000,
        "reserved": 100_000,
        "breaker": None,
    }
    shown = graph.type("graph", "budget").stdout
    assert "$0.40  $1.00  $0.40  $20.00  $0.10     may ask" in shown


def test_a_budget_shows_who_is_stopped_and_why(graph: Blog) -> None:
    trip(graph, "main")
    trip(graph, "other", days=3)
    shown = graph.type("graph", "budget").stdout
    assert shown.count("STOPPED") == 2
    assert "main is stopped until `--close-breaker` lets it go on: no credits" in shown
    assert "other is stopped until 20" in shown
    assert [row["breaker"]["reason"] for row in graph.json("graph", "budget")] == ["no credits"] * 2


def test_a_breaker_is_closed_by_hand(graph: Blog) -> None:
    trip(graph, "main")
    result = graph.type("graph", "budget", "--close-breaker", "main")
    assert "main may ask again" in result.stderr
    assert "may ask" in result.stdout
    refuses(graph.type("graph", "budget", "--close-breaker", "main"), 1, "'main'")


def test_an_empty_budget_says_so(blog: Blog) -> None:
    assert "nothing was ever spent" in blog.type("graph", "budget").stderr
