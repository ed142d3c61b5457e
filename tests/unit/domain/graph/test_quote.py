"""Quotes: money by members, time by windows, and what is assumed."""

from typing import Any

from pipeline.domain.graph.kinds import Direction, Mode
from pipeline.domain.graph.quote import Line, Quote, Wanted, line, quote

CENT = 10_000


def wanted(members: int | None = 10_000, **fields: Any) -> Wanted:
    values: dict[str, Any] = {
        "account": "@ada",
        "network": "x",
        "direction": Direction.FOLLOWERS,
        "mode": Mode.SWEEP,
        "credential": "main",
    }
    return Wanted(members=members, **(values | fields))


def quoted(*lists: Wanted) -> Quote:
    return quote(lists, overlap=25)


def test_a_sweep_costs_a_cent_a_member_and_a_page_holds_a_thousand() -> None:
    assert line(wanted(), overlap=25) == Line(11, 10_000 * CENT, 10_000 * CENT, 0)
    assert line(wanted(1001), overlap=25) == Line(3, 1001 * CENT, 1001 * CENT, 0)
    assert line(wanted(1000), overlap=25) == Line(1, 1000 * CENT, 1000 * CENT, 0)
    assert line(wanted(0), overlap=25) == Line(1, 0, 0, 0)


def test_ones_own_list_costs_a_tenth() -> None:
    assert quoted(wanted(owned=True)).price == 10_000 * CENT // 10


def test_members_that_were_paid_for_today_are_free() -> None:
    found = quoted(wanted(paid=9_000))
    assert (found.price, found.naive) == (1_000 * CENT, 10_000 * CENT)
    assert any("9,000 members" in each for each in found.assumptions)
    assert quoted(wanted(100, paid=200)).price == 0


def test_a_probe_costs_its_first_page_and_not_the_list() -> None:
    probe = wanted(mode=Mode.PROBE, fresh=8.0)
    assert line(probe, overlap=25) == Line(1, 42 * CENT, 10_000 * CENT, 0)
    assert line(probe._replace(members=30), overlap=25) == Line(1, 30 * CENT, 30 * CENT, 0)
    assert line(probe._replace(fresh=5_000.0), overlap=25) == Line(
        1, 1_000 * CENT, 10_000 * CENT, 0
    )


def test_a_probe_of_a_list_nobody_ever_read_is_a_sweep() -> None:
    assert line(wanted(mode=Mode.PROBE), overlap=25) == line(wanted(), overlap=25)


def test_time_is_windows_that_must_pass_and_credentials_share_it() -> None:
    million = wanted(1_000_000)
    assert quoted(wanted(299_000)).seconds == 0
    assert quoted(million).seconds == 3 * 900
    assert quoted(million, million).seconds == 6 * 900
    assert quoted(million, million._replace(credential="other")).seconds == 3 * 900
    assert quoted(million, million._replace(direction=Direction.FOLLOWING)).seconds == 3 * 900


def test_an_account_of_unknown_size_is_counted_apart_with_the_price_of_asking() -> None:
    found = quoted(wanted(None), wanted(None, direction=Direction.FOLLOWING), wanted(10))
    assert (found.unknown, found.lookup, found.price) == (1, CENT, 10 * CENT)
    assert line(wanted(None), overlap=25) is None


def test_free_networks_cost_nothing_but_time() -> None:
    found = quoted(wanted(80_000, network="mastodon:social.example"))
    assert (found.price, found.naive, found.requests, found.seconds) == (0, 0, 1_001, 900)
    assert not any("$" in each for each in found.assumptions)


def test_prices_are_told_with_their_date() -> None:
    said = quoted(wanted(), wanted(owned=True), wanted(5)).assumptions
    assert "followers: $0.01 each (X API" in said[0]
    assert "2026-08-22" in said[0]
    assert said[1].startswith("one's own followers: $0.001 each")
    assert len(set(said)) == len(said)


def test_nothing_costs_nothing() -> None:
    assert quoted()[:6] == (0, 0, 0, 0, 0, 0)
