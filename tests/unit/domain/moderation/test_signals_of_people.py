"""Signals that look at authors, at traffic and at the form."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.domain.moderation import AuthorHistory, Decision, Recent, Similar
from pipeline.domain.moderation.signal import Finding

Examine = Callable[..., Finding]
LONG = "a text that is long enough to be a copy"


@pytest.mark.parametrize(
    ("history", "good", "bad", "first"),
    [
        (AuthorHistory(), 0, 0, 1),
        (AuthorHistory(published=1), 0.2, 0, 0),
        (AuthorHistory(published=9), 1, 0, 0),
        (AuthorHistory(published=9, rejected=1), 0.9, 1 / 11, 0),
        (AuthorHistory(published=2, rejected=2), 0, 0.4, 0),
        (AuthorHistory(rejected=3), 0, 0.75, 1),
        (AuthorHistory(held=4), 0, 0, 1),
    ],
)
def test_history_speaks_for_an_author_or_against(
    examine: Examine, history: AuthorHistory, good: float, bad: float, first: float
) -> None:
    scores = [
        examine(name, history=history).score
        for name in ("known_good_author", "bad_history", "first_comment")
    ]

    assert scores == pytest.approx([good, bad, first])


@pytest.mark.parametrize(
    ("name", "changes", "outcome", "evidence"),
    [
        ("blocked", {"blocks": ("ip:203.0.113.9",)}, "hit", "ip:203.0.113.9"),
        ("blocked", {}, "miss", None),
        ("disposable_email", {"email": "a@Mailinator.com"}, "hit", "mailinator.com"),
        ("disposable_email", {"email": "a@x.mailinator.com"}, "hit", "x.mailinator.com"),
        ("disposable_email", {"email": "a@mail.example"}, "miss", None),
        ("disposable_email", {}, "unknown", None),
        ("reply_depth", {"depth": 14}, "hit", "14 levels deep"),
        ("reply_depth", {"depth": 7}, "miss", None),
        ("honeypot", {"honeypot": "https://x.example"}, "hit", "https://x.example"),
        ("honeypot", {"honeypot": ""}, "miss", None),
        ("honeypot", {}, "unknown", None),
        ("time_trap", {"seconds_to_write": 0.4}, "hit", "written in 0.4 s"),
        ("time_trap", {"seconds_to_write": 4.0}, "hit", "written in 4.0 s"),
        ("time_trap", {"seconds_to_write": 31.0}, "miss", None),
        ("time_trap", {}, "unknown", None),
        ("user_agent", {"user_agent": "python-requests/2.32"}, "hit", "python"),
        ("user_agent", {"user_agent": " "}, "hit", "an empty User-Agent"),
        ("user_agent", {"user_agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}, "miss", None),
        ("user_agent", {}, "unknown", None),
    ],
)
def test_a_signal_tells_a_miss_from_a_missing_fact(
    examine: Examine, name: str, changes: dict[str, Any], outcome: str, evidence: str | None
) -> None:
    found = examine(name, **changes)

    assert found.outcome == outcome
    assert found.evidence == ((evidence,) if evidence else ())


@pytest.mark.parametrize(
    ("name", "key", "quiet", "wave"),
    [
        ("flood_author", "by_author", 3, 10),
        ("flood_address", "by_address", 7, 20),
        ("flood_page", "on_page", 29, 80),
        ("flood_site", "on_site", 99, 300),
    ],
)
def test_a_flood_grows_from_half_to_full(
    examine: Examine, name: str, key: str, quiet: int, wave: int
) -> None:
    scores = [
        examine(name, recent=Recent(**{key: count})).score
        for count in (quiet, quiet + 1, wave, 10 * wave)
    ]

    assert scores == [0, 0.5, 1, 1]


def copy(**changes: Any) -> Similar:
    values: dict[str, Any] = {
        "comment_id": 7,
        "same_author": True,
        "same_page": True,
        "distance": 2,
    }
    return Similar(**{**values, "decision": Decision.PUBLISH, **changes})


@pytest.mark.parametrize(
    ("text", "similar", "score"),
    [
        (LONG, (), 0),
        (LONG, (copy(),), 0.4),
        (LONG, (copy(same_page=False),), 0.7),
        (LONG, (copy(same_author=False),), 0.9),
        (LONG, (copy(same_author=False), copy(same_author=False)), 1),
        (LONG, (copy(decision=Decision.REJECT),), 1),
        ("Thanks!", (copy(same_author=False),), 0),
        ("2,126,521,750 views! And 2,000,000 views...", (copy(same_author=False),), 0),
        ("Thanks!", (copy(decision=Decision.REJECT),), 1),
        ("Thanks!", (copy(), copy(), copy()), 0.3),
    ],
)
def test_a_copy_weighs_by_whose_it_was_and_how_it_ended(
    examine: Examine, text: str, similar: tuple[Similar, ...], score: float
) -> None:
    assert examine("repeats", text=text, similar=similar).score == pytest.approx(score)


def test_a_copy_is_named_in_the_evidence(examine: Examine) -> None:
    found = examine("repeats", text=LONG, similar=(copy(same_author=False),))

    assert found.evidence == ("comment 7: another author, same page, 2 bits, publish",)
