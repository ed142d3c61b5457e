"""The tables of prices and quotas."""

import pytest

from pipeline.domain.graph.prices import PRICES, QUOTAS, price, quota
from pipeline.errors import NotFoundError


def test_x_charges_a_cent_and_a_tenth_of_it_for_ones_own_lists() -> None:
    assert price("x", "followers", owned=False).micros == 10_000
    assert price("x", "following", owned=True).micros == 1_000
    assert price("x", "user", owned=True).micros == 10_000


def test_every_mastodon_instance_is_free_and_has_mastodons_limits() -> None:
    assert price("mastodon:social.example", "following", owned=False).micros == 0
    assert quota("mastodon:social.example", "followers").seconds == 300


def test_a_users_token_has_a_quota_of_its_own_where_the_network_gives_one() -> None:
    assert quota("x", "users").calls == 300
    assert quota("x", "users", user_token=True).calls == 900
    assert quota("x", "followers", user_token=True).calls == 300
    assert quota("x", "me", user_token=True).calls == 75
    with pytest.raises(NotFoundError):  # an app's own token is nobody's
        quota("x", "me")


def test_windows_pass_before_more_calls_than_one_holds() -> None:
    followers = quota("x", "followers")
    assert [followers.wait(calls) for calls in (0, 1, 300, 301, 900, 901)] == [
        0,
        0,
        0,
        900,
        1800,
        2700,
    ]


def test_every_line_says_when_and_where_it_was_read() -> None:
    assert all(line.as_of.year >= 2026 and line.source for line in (*PRICES, *QUOTAS))


def test_what_nobody_knows_has_no_price() -> None:
    with pytest.raises(NotFoundError):
        price("orkut", "followers", owned=False)
    with pytest.raises(NotFoundError):
        quota("x", "likes")
