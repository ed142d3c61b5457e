"""What a signal is: a question about one comment, with a weight and a version."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """A signal's answer. `score` is 0..1, and 0 unless `outcome` is HIT."""

    outcome: Outcome
    score: float = 0.0
    evidence: tuple[str, ...] = ()


MISS = Finding(Outcome.MISS)
UNKNOWN = Finding(Outcome.UNKNOWN)


def hit(score: float, *evidence: str) -> Finding:
    """Something was found: `score` says how much of it (0..1, larger values count as 1)."""
    return Finding(Outcome.HIT, min(1.0, score), evidence)


class Signal(Protocol):
    """Anything that can examine a comment: a rule, a trained model.

    `weight` is what a score of 1 adds to the sum; a negative one speaks for the comment.
    `version` rises with every change that can alter an answer. `meaning` completes the sentence
    "held because …". `examine` may raise: the comment is then held. A signal is hashable.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def weight(self) -> float: ...

    @property
    def meaning(self) -> str: ...

    def examine(self, case: Case, /) -> Finding: ...


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A signal made of one pure function. Compared by identity, so that a registry hashes fast."""

    name: str
    version: int
    weight: float
    meaning: str
    examine: Callable[[Case], Finding]
