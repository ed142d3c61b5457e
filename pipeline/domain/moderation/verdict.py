"""What a judgement leaves behind: the decision, and every signal's part in it."""

from enum import StrEnum

import msgspec


class Decision(StrEnum):
    """What happens to the comment."""

    PUBLISH = "publish"
    HOLD = "hold"
    REJECT = "reject"


class Outcome(StrEnum):
    """How one signal ended."""

    HIT = "hit"
    MISS = "miss"
    UNKNOWN = "unknown"  # the fact it reads was not there
    OFF = "off"  # its factor is 0: it did not run
    ERROR = "error"  # it failed: the comment is held


class SignalOutcome(msgspec.Struct, frozen=True):
    """One signal's part in a verdict.

    `score` is 0..1; `points` = weight * factor * score, rounded to 4 digits. `evidence` holds at
    most 5 printable strings of at most 120 characters.
    """

    name: str
    version: int
    outcome: Outcome
    weight: float
    score: float
    points: float
    evidence: tuple[str, ...]


class Verdict(msgspec.Struct, frozen=True):
    """The decision on one revision, and what it was derived from.

    `score` is the sum of all points, held in 0..1: below `publish_below` means publish, from
    `reject_from` on reject, else hold. `config` digests thresholds, factors, word lists and the
    signals' versions; `reason` is one sentence for the owner.
    """

    decision: Decision
    score: float
    publish_below: float
    reject_from: float
    pipeline: str
    config: str
    signals: tuple[SignalOutcome, ...]
    reason: str
