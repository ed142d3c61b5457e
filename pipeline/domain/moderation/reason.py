"""One sentence that tells the owner why."""

from collections.abc import Mapping, Sequence

from pipeline.domain.moderation.verdict import Decision, Outcome, SignalOutcome

_OPENING = {
    Decision.PUBLISH: "Published",
    Decision.HOLD: "Held",
    Decision.REJECT: "Rejected",
}


def sentence(
    decision: Decision, outcomes: Sequence[SignalOutcome], meanings: Mapping[str, str]
) -> str:
    """Names the signals that failed, else the two that weighed most."""
    failed = [outcome.name for outcome in outcomes if outcome.outcome is Outcome.ERROR]
    if failed:
        return f"Held because {_join(sorted(failed))} could not be worked out: look at it yourself."
    against = [outcome for outcome in outcomes if outcome.points > 0]
    if not against:
        return f"{_OPENING[decision]}: nothing speaks against it."
    against.sort(key=lambda outcome: (-outcome.points, outcome.name))
    clauses = _join([meanings[outcome.name] for outcome in against[:2]])
    if decision is Decision.PUBLISH:
        return f"Published, although {clauses}: that is not enough to hold it."
    return f"{_OPENING[decision]} because {clauses}."


def _join(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[:-1] else parts)
