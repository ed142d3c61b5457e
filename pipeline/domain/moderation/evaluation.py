"""How well verdicts agree with what people decided."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.domain.moderation.verdict import Decision, Outcome, Verdict


class Judged(NamedTuple):
    """A verdict beside the label a person gave the same comment."""

    verdict: Verdict
    is_spam: bool


class Agreement(NamedTuple):
    """How the decisions fell: six counts that add up to the comments judged."""

    published_spam: int
    held_spam: int
    rejected_spam: int
    published_ham: int
    held_ham: int
    rejected_ham: int

    @property
    def precision(self) -> float:
        """Share of spam among what was not published; 1 where everything was."""
        stopped = self.held_spam + self.rejected_spam
        return _share(stopped, stopped + self.held_ham + self.rejected_ham)

    @property
    def recall(self) -> float:
        """Share of the spam that was not published; 1 where there was none."""
        stopped = self.held_spam + self.rejected_spam
        return _share(stopped, stopped + self.published_spam)


class SignalRow(NamedTuple):
    """One signal's hits. `precision` and `recall` are of those hits against the label "spam"."""

    name: str
    hits: int
    hits_on_spam: int
    errors: int
    precision: float
    recall: float


def agreement(judged: Iterable[Judged]) -> Agreement:
    """Decisions against labels."""
    counts = Counter((verdict.decision, is_spam) for verdict, is_spam in judged)
    return Agreement(
        *(counts[decision, is_spam] for is_spam in (True, False) for decision in Decision)
    )


def signal_rows(judged: Sequence[Judged]) -> list[SignalRow]:
    """A row for each signal, in the verdicts' order."""
    hits: Counter[tuple[str, bool]] = Counter()
    errors: Counter[str] = Counter()
    names: dict[str, None] = {}
    for verdict, is_spam in judged:
        for signal in verdict.signals:
            names[signal.name] = None
            hits[signal.name, is_spam] += signal.outcome is Outcome.HIT
            errors[signal.name] += signal.outcome is Outcome.ERROR
    spam = sum(is_spam for _, is_spam in judged)
    return [_row(name, hits[name, True], hits[name, False], errors[name], spam) for name in names]


def _row(name: str, on_spam: int, on_ham: int, errors: int, spam: int) -> SignalRow:
    found = on_spam + on_ham
    return SignalRow(name, found, on_spam, errors, _share(on_spam, found), _share(on_spam, spam))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
