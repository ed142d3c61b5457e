"""A verdict in a terminal: the signals, their points, the sum against the thresholds."""

from typing import Any

import msgspec

from pipeline.cli.output import say, table
from pipeline.domain.moderation import SIGNALS, Decision, Outcome, Verdict, explain
from pipeline.domain.moderation.explanation import Row
from pipeline.store.verdicts import StoredVerdict

_DONE = {Decision.PUBLISH: "published", Decision.HOLD: "held", Decision.REJECT: "rejected"}
_TOLD = (Outcome.HIT, Outcome.ERROR)
_SILENT = {
    Outcome.MISS: "found nothing",
    Outcome.UNKNOWN: "had nothing to look at",
    Outcome.OFF: "switched off",
}
_MEANINGS = {signal.name: signal.meaning for signal in SIGNALS}


def read_verdict(stored: StoredVerdict) -> Verdict:
    """The verdict as it was given, with the thresholds of that time."""
    return msgspec.json.decode(stored.detail, type=Verdict)


def as_dict(verdict: Verdict) -> dict[str, Any]:
    """The explanation for machines: `total` is the sum before it is held in 0..1."""
    found = explain(verdict)
    rows = [row._asdict() for row in found.rows]
    made_by = {"pipeline": verdict.pipeline, "config": verdict.config}
    return found._asdict() | made_by | {"rows": rows}


def print_verdict(verdict: Verdict) -> None:
    """Every signal, the weightiest first, and how their sum became the decision."""
    found = explain(verdict)
    say(f"{verdict.reason}\n")
    told = [row for row in found.rows if row.outcome in _TOLD]
    table(
        ("signal", "outcome", "points", "because", "evidence"),
        [_cells(row) for row in told],
        empty="no signal found anything",
    )
    say(f"\nsum of the points: {found.total:.2f}")
    say(
        f"published below {found.publish_below:.2f}, rejected from {found.reject_from:.2f},"
        f" held between the two: {_DONE[found.decision]} at {found.score:.2f}\n"
    )
    for outcome, meaning in _SILENT.items():
        names = ", ".join(sorted(row.name for row in found.rows if row.outcome is outcome))
        if names:
            say(f"{meaning}: {names}")


def _cells(row: Row) -> tuple[str, ...]:
    hit = row.outcome is Outcome.HIT
    meaning = _MEANINGS.get(row.name, "") if hit else "it failed, so a person has to look"
    return row.name, row.outcome, f"{row.points:+.2f}", meaning, "; ".join(row.evidence)
