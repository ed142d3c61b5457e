"""All signals over one comment, their sum, and the decision."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.facts import Facts
from pipeline.domain.moderation.policy import Policy, digest, factor_of
from pipeline.domain.moderation.reason import sentence
from pipeline.domain.moderation.signal import MISS, UNKNOWN, Finding, Signal
from pipeline.domain.moderation.signals import SIGNALS
from pipeline.domain.moderation.verdict import Decision, Outcome, SignalOutcome, Verdict

PIPELINE = "rules-1"
MOST_EVIDENCE = 5
LONGEST_EVIDENCE = 120
DIGITS = 4


def judge(facts: Facts, policy: Policy, signals: Sequence[Signal] = SIGNALS) -> Verdict:
    """The verdict on one revision. Every signal runs, whatever another one found.

    A signal that raises, or answers with a score outside 0..1, leaves the outcome "error" and the
    comment is held, whatever the sum. The order of `signals` has no influence on the decision.
    """
    plan = _plan(policy, tuple(signals))
    case = Case(facts, policy.lists)
    outcomes = tuple(_run(weighed, case) for weighed in plan.weighed)
    score = total(outcomes)
    decision = _decide(score, outcomes, policy)
    return Verdict(
        decision=decision,
        score=score,
        publish_below=policy.publish_below,
        reject_from=policy.reject_from,
        pipeline=PIPELINE,
        config=plan.config,
        signals=outcomes,
        reason=sentence(decision, outcomes, plan.meanings),
    )


def total(outcomes: Sequence[SignalOutcome]) -> float:
    """The sum of all points, held in 0..1. Exact summing makes it independent of their order."""
    exact = math.fsum(outcome.points for outcome in outcomes)
    return round(min(1.0, max(0.0, exact)), DIGITS)


class _Weighed(NamedTuple):
    signal: Signal
    factor: float
    miss: SignalOutcome  # most answers are one of these: made once, not for every comment
    unknown: SignalOutcome
    off: SignalOutcome


class _Plan(NamedTuple):
    weighed: tuple[_Weighed, ...]
    meanings: dict[str, str]
    config: str


@lru_cache(maxsize=64)  # one entry per site's policy: the digest costs as much as a verdict
def _plan(policy: Policy, signals: tuple[Signal, ...]) -> _Plan:
    weighed = tuple(_weigh(signal, factor_of(signal.name, policy.factors)) for signal in signals)
    meanings = {signal.name: signal.meaning for signal in signals}
    return _Plan(weighed, meanings, digest(policy, signals))


def _weigh(signal: Signal, factor: float) -> _Weighed:
    empty = (MISS, UNKNOWN, Finding(Outcome.OFF))
    return _Weighed(signal, factor, *(_outcome(signal, factor, found) for found in empty))


def _run(weighed: _Weighed, case: Case) -> SignalOutcome:
    signal, factor = weighed.signal, weighed.factor
    if factor == 0:
        return weighed.off
    try:
        found = signal.examine(case)
        if found is MISS:
            return weighed.miss
        return weighed.unknown if found is UNKNOWN else _outcome(signal, factor, _checked(found))
    except Exception as error:  # noqa: BLE001 - whatever broke, the answer is the same: a human looks
        evidence = f"{type(error).__name__}: {error}"
        return _outcome(signal, factor, Finding(Outcome.ERROR, evidence=(evidence,)))


def _outcome(signal: Signal, factor: float, found: Finding) -> SignalOutcome:
    return SignalOutcome(
        signal.name,
        signal.version,
        found.outcome,
        signal.weight,
        round(found.score, DIGITS),
        round(signal.weight * factor * found.score, DIGITS) + 0.0,  # + 0.0: no minus zero
        tuple(printable(text) for text in found.evidence[:MOST_EVIDENCE]),
    )


def _checked(found: Finding) -> Finding:
    if not 0.0 <= found.score <= 1.0:
        raise ValueError(f"the score is {found.score}, but it must be from 0 to 1")
    return found


def _decide(score: float, outcomes: Sequence[SignalOutcome], policy: Policy) -> Decision:
    if any(outcome.outcome is Outcome.ERROR for outcome in outcomes):
        return Decision.HOLD
    if score < policy.publish_below:
        return Decision.PUBLISH
    return Decision.REJECT if score >= policy.reject_from else Decision.HOLD


def printable(text: str) -> str:
    """Safe to show anywhere: what is not printable as its code point, at most 120 characters."""
    short = text[: LONGEST_EVIDENCE + 1]
    if not short.isprintable():
        short = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in short)
    return short if len(short) <= LONGEST_EVIDENCE else f"{short[: LONGEST_EVIDENCE - 1]}…"
