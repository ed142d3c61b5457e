"""The sum of the signals, and what becomes of it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.moderation import (
    SIGNALS,
    AuthorHistory,
    Decision,
    Facts,
    Outcome,
    Policy,
    SignalOutcome,
    Verdict,
    explain,
    judge,
)
from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.signal import Finding, Rule, hit
from pipeline.domain.moderation.words import WordList

Build = Callable[..., Facts]
JudgeIt = Callable[..., Verdict]
TRUSTED = AuthorHistory(published=40)
SPAM = "Best online casino bonus, click here, subscribe to my channel"


def rule(score: float, weight: float = 1.0) -> Rule:
    return Rule("made_up", 1, weight, "it was made up", lambda _: hit(score, "evidence"))


def failing(_: Case) -> Finding:
    raise LookupError("no such model")


@dataclass(frozen=True)
class Model:
    """A signal that is no rule."""

    name: str = "model"
    version: int = 3
    weight: float = 0.9
    meaning: str = "it reads like earlier spam"

    def examine(self, case: Case, /) -> Finding:
        return hit(0.5, f"{len(case.tokens)} words")


def outcome_of(verdict: Verdict, name: str) -> SignalOutcome:
    return next(signal for signal in verdict.signals if signal.name == name)


def test_a_harmless_first_comment_is_published(verdict_on: JudgeIt) -> None:
    verdict = verdict_on()

    assert verdict.decision is Decision.PUBLISH
    assert verdict.score == 0.1
    assert "it is the author's first" in verdict.reason


def test_a_harmless_comment_of_a_known_author_has_nothing_against_it(verdict_on: JudgeIt) -> None:
    assert verdict_on(history=TRUSTED).reason == "Published: nothing speaks against it."


def test_spam_is_rejected_with_every_signal_on_record(verdict_on: JudgeIt) -> None:
    verdict = verdict_on(text=SPAM)

    assert verdict.decision is Decision.REJECT
    assert [signal.name for signal in verdict.signals] == [signal.name for signal in SIGNALS]
    assert verdict.reason.startswith("Rejected because it uses words of spam and ")


def test_a_block_rejects_even_a_trusted_author_and_hides_no_signal(verdict_on: JudgeIt) -> None:
    verdict = verdict_on(history=TRUSTED, blocks=("author:ann",))

    assert verdict.decision is Decision.REJECT
    assert outcome_of(verdict, "known_good_author").outcome == "hit"


def test_an_autofilled_honeypot_of_a_trusted_author_is_only_held(verdict_on: JudgeIt) -> None:
    assert verdict_on(honeypot="Ann").decision is Decision.REJECT
    assert verdict_on(honeypot="Ann", history=TRUSTED).decision is Decision.HOLD


def test_trust_does_not_carry_spam_through(verdict_on: JudgeIt) -> None:
    assert verdict_on(text=SPAM, history=TRUSTED).decision is not Decision.PUBLISH


@pytest.mark.parametrize("points", [0.0, 0.3999, 0.4, 0.8999, 0.9, 5.0])
def test_the_thresholds_decide(facts: Build, points: float) -> None:
    verdict = judge(facts(), Policy(), (rule(1.0, weight=points),))

    below, above = points < 0.4, points >= 0.9
    expected = Decision.PUBLISH if below else Decision.REJECT if above else Decision.HOLD
    assert verdict.decision is expected
    assert verdict.score == min(points, 1)


@pytest.mark.parametrize(
    "answer",
    [failing, lambda _: Finding(Outcome.HIT, float("nan")), lambda _: None],
    ids=["raises", "no number", "no finding"],
)
def test_a_signal_that_fails_holds_the_comment_whatever_the_rest_says(
    facts: Build, answer: Callable[[Case], Finding]
) -> None:
    broken = Rule("model", 1, 0.9, "it looks like spam", answer)

    for others in ((), (rule(1.0, weight=3.0),)):
        verdict = judge(facts(), Policy(), (broken, *others))
        assert verdict.decision is Decision.HOLD
        assert outcome_of(verdict, "model").outcome == "error"
        assert outcome_of(verdict, "model").evidence
        assert verdict.reason.startswith("Held because model could not be worked out")


def test_a_factor_weighs_and_zero_switches_off(facts: Build) -> None:
    half = judge(facts(), Policy(factors={"made_up": 0.5}), (rule(0.8),))
    off = judge(facts(), Policy(factors={"model": 0}), (Rule("model", 1, 1, "", failing),))

    assert half.score == 0.4
    assert off.decision is Decision.PUBLISH
    assert off.signals[0].outcome == "off"


def test_a_family_s_factor_reaches_its_members(verdict_on: JudgeIt) -> None:
    policy = Policy(factors={"flood": 0, "flood_page": 2})
    outcomes = {s.name: s.outcome for s in verdict_on(policy).signals if s.name.startswith("flood")}

    assert outcomes.pop("flood_page") == "miss"
    assert set(outcomes.values()) == {"off"}


def test_any_object_with_the_shape_of_a_signal_takes_part(facts: Build) -> None:
    verdict = judge(facts(), Policy(), (*SIGNALS, Model()))

    assert outcome_of(verdict, "model").points == 0.45
    assert outcome_of(verdict, "model").version == 3


def test_a_site_s_own_words_count(verdict_on: JudgeIt) -> None:
    policy = Policy(lists=(WordList("mine", 1.0, ("winter*", "同じ問題")),))

    assert outcome_of(verdict_on(policy), "word_list").evidence == ("winter* (mine)",)
    japanese = verdict_on(policy, text="私も同じ問題がありました")
    assert outcome_of(japanese, "word_list").score == 1


def test_evidence_is_short_printable_and_at_most_five_pieces(verdict_on: JudgeIt) -> None:
    links = tuple(f"https://h{n}.example/\u202e{'x' * 200}" for n in range(9))
    evidence = outcome_of(verdict_on(links=links), "links").evidence

    assert len(evidence) == 5
    assert all(piece.isprintable() and len(piece) <= 120 for piece in evidence)
    assert "<U+202E>" in evidence[1]


def test_the_digest_follows_what_the_verdict_depends_on(verdict_on: JudgeIt) -> None:
    policies = [
        Policy(),
        Policy(publish_below=0.3),
        Policy(factors={"links": 0.5}),
        Policy(lists=(WordList("mine", 0.5, ("foo",)),)),
    ]

    assert len({verdict_on(policy).config for policy in policies}) == len(policies)
    assert verdict_on(Policy()).config == verdict_on(Policy()).config


def test_a_verdict_survives_json(verdict_on: JudgeIt) -> None:
    verdict = verdict_on(text=SPAM)

    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict


def test_the_order_of_signals_does_not_matter(facts: Build) -> None:
    comment = facts(text=SPAM, links=("https://bit.ly/x",), history=AuthorHistory(published=2))
    first = judge(comment, Policy())
    for seed in range(5):
        signals = random.Random(seed).sample(SIGNALS, len(SIGNALS))  # noqa: S311 - an order, no secret
        again = judge(comment, Policy(), signals)
        assert (again.decision, again.score, again.reason, again.config) == (
            (first.decision, first.score, first.reason, first.config)
        )


def test_an_explanation_sums_up_to_the_score(verdict_on: JudgeIt) -> None:
    verdict = verdict_on(text="Visit my website", history=AuthorHistory(published=1))
    told = explain(verdict)

    assert told.total == pytest.approx(sum(row.points for row in told.rows))
    assert told.score == verdict.score == pytest.approx(told.total)
    weights = [abs(row.points) for row in told.rows]
    assert weights == sorted(weights, reverse=True)
    assert (told.decision, told.publish_below, told.reject_from) == (Decision.HOLD, 0.4, 0.9)


COMMENTS = st.fixed_dictionaries(
    {
        "text": st.text() | st.text("a1@. \u200b\u202e\u0430[]/:$+=\ud800") | st.just("x" * 9000),
        "name": st.text(),
        "website": st.none() | st.text(),
        "email": st.none() | st.text(),
        "links": st.lists(st.text(max_size=30), max_size=5).map(tuple),
        "depth": st.integers(0, 2**40),
        "seconds_to_write": st.none() | st.floats(),
    }
)


@settings(max_examples=100)
@given(COMMENTS)
def test_no_comment_makes_a_signal_fail(verdict_on: JudgeIt, comment: dict[str, Any]) -> None:
    verdict = verdict_on(**comment)

    assert 0 <= verdict.score <= 1
    assert all(signal.outcome != "error" for signal in verdict.signals)
    assert explain(verdict).total == pytest.approx(sum(s.points for s in verdict.signals))
    assert msgspec.json.encode(verdict)
