"""Signals that look at the addresses in a comment."""

from collections.abc import Callable

import pytest

from pipeline.domain.moderation.signal import Finding

Examine = Callable[..., Finding]
A, B, C = "https://a.example/x", "https://b.example/", "https://c.example/"


@pytest.mark.parametrize(
    ("links", "score"),
    [
        ((), 0),
        ((A,), 0.2),
        ((A, B), 0.4),
        ((A, A, A), 0.7),
        ((A, B, C, A), 1),
        (("https://blog.example/old", "https://www.blog.example/", "/x", "mailto:a@b.example"), 0),
        (("https://blog.example.evil.example/",), 0.2),
        (("www.other.example/x",), 0.2),
    ],
)
def test_only_links_that_leave_the_site_count(
    examine: Examine, links: tuple[str, ...], score: float
) -> None:
    assert examine("links", links=links).score == score


@pytest.mark.parametrize(
    ("text", "score"),
    [
        (A, 1),
        (f"look here {A}", 1),
        (f"look here, it is good {A}", 0.6),
        (f"the answer is in the second part of {A} I think", 0),
    ],
)
def test_a_link_with_hardly_a_word_stands_out(examine: Examine, text: str, score: float) -> None:
    assert examine("link_only", text=text, links=(A,)).score == score


def test_a_few_words_without_a_link_are_no_matter(examine: Examine) -> None:
    assert examine("link_only", text="look here").outcome == "miss"


@pytest.mark.parametrize(
    ("name", "url", "outcome"),
    [
        ("link_shortener", "https://bit.ly/3xyz", "hit"),
        ("link_shortener", "https://www.TinyURL.com./x", "hit"),
        ("link_shortener", "https://habit.ly/3xyz", "miss"),
        ("link_solicitation", "https://www.gofundme.com/f/help", "hit"),
        ("link_solicitation", "https://docs.example/gofundme.com", "miss"),
        ("link_risky", "http://203.0.113.9/win", "hit"),
        ("link_risky", "http://3405803777/win", "hit"),
        ("link_risky", "http://[2001:db8::1]:8080/win", "hit"),
        ("link_risky", "https://blog.example@evil.example/", "hit"),
        ("link_risky", "https://prize.click/", "hit"),
        ("link_risky", "https://a.example/x@y", "miss"),
        ("link_referral", "https://x.example/p?id=1&ref=ann99", "hit"),
        ("link_referral", "https://x.example/ref/ann99", "hit"),
        ("link_referral", "https://x.example/p?ref=newsletter", "hit"),
        ("link_referral", "https://x.example/p?reference=1&preferred=yes", "miss"),
    ],
)
def test_an_address_is_known_by_its_kind(
    examine: Examine, name: str, url: str, outcome: str
) -> None:
    found = examine(name, links=(url,))

    assert found.outcome == outcome
    assert found.evidence == ((url,) if outcome == "hit" else ())


@pytest.mark.parametrize("name", ["link_shortener", "link_risky"])
def test_the_author_s_website_is_looked_at_too(examine: Examine, name: str) -> None:
    url = {"link_shortener": "https://bit.ly/me", "link_risky": "https://me.click"}[name]

    assert examine(name, website=url).outcome == "hit"
    assert examine(name, website="https://blog.example/me").outcome == "miss"


@pytest.mark.parametrize(
    ("revision", "links", "outcome"), [(1, (A,), "miss"), (2, (A,), "hit"), (2, (), "miss")]
)
def test_links_in_a_later_revision_are_noted(
    examine: Examine, revision: int, links: tuple[str, ...], outcome: str
) -> None:
    assert examine("edited_links", revision=revision, links=links).outcome == outcome


def test_an_address_that_is_linked_too_is_not_disguised(examine: Examine) -> None:
    text = "go to murdev.com"

    assert examine("link_disguised", text=text, links=("https://murdev.com",)).outcome == "miss"
