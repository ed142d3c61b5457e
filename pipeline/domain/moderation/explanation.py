"""A verdict as a table, for a terminal or a page to print."""

from typing import NamedTuple

from pipeline.domain.moderation.verdict import Decision, Outcome, Verdict


class Row(NamedTuple):
    """One signal."""

    name: str
    outcome: Outcome
    points: float
    evidence: tuple[str, ...]


class Explanation(NamedTuple):
    """`rows` by weight of their points; `total` is their sum before it is held in 0..1."""

    rows: tuple[Row, ...]
    total: float
    score: float
    publish_below: float
    reject_from: float
    decision: Decision
    reason: str


def explain(verdict: Verdict) -> Explanation:
    """Every signal of the verdict, the weightiest first, and how their sum became a decision."""
    rows = [Row(s.name, s.outcome, s.points, s.evidence) for s in verdict.signals]
    rows.sort(key=lambda row: (-abs(row.points), row.outcome is not Outcome.ERROR, row.name))
    return Explanation(
        rows=tuple(rows),
        total=round(sum(row.points for row in rows), 4),
        score=verdict.score,
        publish_below=verdict.publish_below,
        reject_from=verdict.reject_from,
        decision=verdict.decision,
        reason=verdict.reason,
    )
