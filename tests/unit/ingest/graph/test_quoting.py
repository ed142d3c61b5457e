"""Quotes from what the tables hold: sizes, credentials, what was paid, what is left."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from pipeline.domain.graph.kinds import Direction, Mode
from pipeline.ingest.graph.quoting import Estimate, Question, Quoter
from pipeline.settings import Graph
from pipeline.store.graph import runs
from pipeline.store.graph.runs import RunRow
from pipeline.store.graph_tables import account, graph_list
from pipeline.store.network_tables import credential
from tests.unit.ingest.graph.gatehouse import Gatehouse

CENT = 10_000
FOLLOWERS = Direction.FOLLOWERS


class Desk(Gatehouse):
    """A gatehouse that also quotes."""

    def add(self, table: Any, **values: Any) -> None:
        with self.database.write() as db:
            db.execute(insert(table).values(values))

    def person(self, ord_: int, handle: str, *, network: str = "x", **values: Any) -> None:
        native = {"native_id": f"100{ord_}", "profile_at": self.clock.now}
        self.add(account, ord=ord_, network=network, handle=handle, **(native | values))

    def payer(self, name: str, app: str = "app", *, owner_id: str | None = None) -> None:
        values = {"network": "x", "kind": "bearer", "added_at": self.clock.now}
        self.add(credential, name=name, app=app, owner_id=owner_id, **values)

    def quote(self, *names: str, graph: Graph | None = None, **asked: Any) -> Estimate:
        values: dict[str, Any] = {"network": "x", "directions": [FOLLOWERS]}
        quoter = Quoter(graph or Graph(daily_cap=1.0, cycle_cap=20.0), self.clock)
        with self.database.read() as db:
            return quoter.quote(db, Question(accounts=names, **(values | asked)))


@pytest.fixture
def desk(gate: Gatehouse) -> Desk:
    desk = Desk(gate.database, gate.clock)
    desk.payer("main")
    desk.person(7, "Ada", followers=1_200, following=80)
    return desk


def test_an_account_is_known_by_handle_in_any_case_and_by_native_id(desk: Desk) -> None:
    for name in ("ada", "@ADA", "1007"):
        (row,) = desk.quote(name).rows
        assert (row.wanted.account, row.wanted.members, row.app) == ("@Ada", 1_200, "app")
    assert desk.quote("@1007").rows[0].wanted.members is None
    assert desk.quote("ada", network="bluesky").rows[0].wanted.members is None


def test_a_handle_that_moved_on_is_that_of_who_had_it_last(desk: Desk) -> None:
    earlier = desk.clock.now - timedelta(days=9)
    desk.person(3, "ada", followers=5, profile_at=earlier)
    assert desk.quote("ada").rows[0].wanted.members == 1_200


def test_both_lists_of_several_accounts_add_up(desk: Desk) -> None:
    desk.person(8, "grace", followers=30, following=20)
    found = desk.quote("ada", "grace", directions=list(Direction))
    assert [row.wanted.members for row in found.rows] == [1_200, 80, 30, 20]
    assert found.quote.price == 1_330 * CENT


def test_an_unknown_size_is_said_or_taken_as_given(desk: Desk) -> None:
    found = desk.quote("nobody", "ada")
    assert (found.rows[0].line, found.quote.unknown, found.quote.lookup) == (None, 1, CENT)
    given = desk.quote("nobody", "ada", members=50)
    assert given.quote.price == 1_250 * CENT
    assert given.quote.unknown == 0
    said = "where nobody knows how many there are, there are 50, as was asked for"
    assert said in given.quote.assumptions
    assert said not in desk.quote("ada", members=50).quote.assumptions


def test_ones_own_list_is_read_by_ones_own_credential(desk: Desk) -> None:
    desk.payer("mine", app="other", owner_id="1007")
    (row,) = desk.quote("ada").rows
    assert (row.wanted.credential, row.app, row.wanted.owned) == ("mine", "other", True)
    assert desk.quote("ada").quote.price == 1_200 * CENT // 10


def test_a_list_that_is_kept_is_read_by_its_own_credential(desk: Desk) -> None:
    desk.payer("mine", app="other", owner_id="1007")
    desk.payer("zeta", app="third")
    desk.add(graph_list, owner=7, direction="followers", credential="zeta")
    assert desk.quote("ada").rows[0].app == "third"


def test_without_a_credential_the_quote_is_for_the_one_to_come(desk: Desk) -> None:
    (fit,) = desk.quote("someone", network="mastodon:social.example", members=10).fits
    assert (fit.app, fit.price, fit.days) == ("mastodon:social.example", 0, 1)


def test_a_probe_expects_what_the_list_was_seen_to_change(desk: Desk) -> None:
    now = desk.clock.now
    seen = {"swept_at": now - timedelta(days=9), "probed_at": now - timedelta(days=2)}
    desk.add(graph_list, owner=7, direction="followers", credential="main", changes=40.0, **seen)
    quiet = desk.quote("ada", mode=Mode.PROBE)
    assert quiet.rows[0].wanted.fresh == 0.0
    desk.person(8, "grace", followers=9_000)
    values = {"changes": 40.0, "days": 10.0, "credential": "main"}
    desk.add(graph_list, owner=8, direction="followers", **values, **seen)
    (row,) = desk.quote("grace", mode=Mode.PROBE).rows
    assert row.wanted.fresh == 8.0
    assert row.line is not None
    assert (row.line.price, row.line.naive) == (27 * CENT, 9_000 * CENT)


def test_a_list_that_was_read_has_a_size_also_where_its_network_told_none(desk: Desk) -> None:
    desk.person(9, "linus")
    desk.add(graph_list, owner=9, direction="followers", credential="main")
    read = RunRow(1, 9, FOLLOWERS, Mode.SWEEP, "api", desk.clock.now, complete=True, members=640)
    with desk.database.write() as db:
        runs.add(db, read)
    (row,) = desk.quote("linus").rows
    assert row.wanted.members == 640


def test_what_was_paid_for_today_is_free_until_midnight(desk: Desk) -> None:
    desk.leave(desk.enter(), range(900))
    assert desk.quote("ada").quote.price == 300 * CENT
    desk.clock.advance(days=1)
    assert desk.quote("ada").quote.price == 1_200 * CENT


def test_what_is_left_and_how_many_days_it_takes(desk: Desk) -> None:
    desk.leave(desk.enter(size=40), range(1_000, 1_040))
    (fit,) = desk.quote("ada").fits
    assert (fit.spent.left_today, fit.spent.left_in_cycle) == (600_000, 19_600_000)
    assert fit.price == 1_160 * CENT
    assert fit.days == 12
    (fit,) = desk.quote("ada", graph=Graph(daily_cap=50.0, cycle_cap=50.0)).fits
    assert fit.days == 1
    (fit,) = desk.quote("ada", graph=Graph(daily_cap=0.0)).fits
    assert fit.days is None
