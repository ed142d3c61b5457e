"""What Afterword made of a month, held against what really happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.graph.delays import Delays
from bench.graph.month import Month
from bench.graph.rivals import returns
from bench.graph.truth import EVER, Stay
from pipeline.domain.graph.kinds import EndReason
from pipeline.domain.graph.spans import Span
from pipeline.store.graph import stories
from tests.simulators.x.kinds import Kind

REASONS = {
    Kind.UNFOLLOW: EndReason.UNFOLLOWED,
    Kind.SUSPEND: EndReason.SUSPENDED,
    Kind.DELETE: EndReason.DELETED,
}


@dataclass
class Verdict:
    """How well lists are known. `missed` and `false` should be empty: what happened to whom."""

    delays: Delays = field(default_factory=Delays)
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Losses with another reason than the right one."""

    @property
    def right(self) -> float:
        """The share of losses whose reason is right."""
        losses = len(self.delays.losses)
        return 1 - len(self.wrong) / losses if losses else 1.0


def judge(
    month: Month, lists: Mapping[str, Sequence[Stay]], *, start: float, end: float
) -> Verdict:
    """Everything that happened in a month, after a last look at all of it."""
    verdict = Verdict()
    for owner, stays in lists.items():
        with month.database.read() as db:
            known = stories.of_list(db, month.keys[owner])
        names = month.natives(list(known))
        found = {names[ord_]: each for ord_, each in known.items()}
        _List(owner, stays, found, verdict).judge(start, end)
    return verdict


class _List:
    def __init__(
        self,
        owner: str,
        stays: Sequence[Stay],
        found: Mapping[str, Sequence[Span]],
        verdict: Verdict,
    ) -> None:
        self._owner, self._stays, self._found, self._verdict = owner, stays, found, verdict
        self._again = returns(stays)

    def judge(self, start: float, end: float) -> None:
        for stay in self._stays:
            if stay.came is Kind.FOLLOW and start < stay.since <= end:
                self._came(stay, end)
            if start < stay.until <= end:
                self._went(stay, end)
        self._false()

    def _came(self, stay: Stay, end: float) -> None:
        began = [span.from_hi.timestamp() for span in self._of(stay)]
        noticed = [at for at in began if stay.since <= at < stay.until]
        if noticed:
            self._verdict.delays.news.append(min(noticed) - stay.since)
        elif stay.until <= end:
            self._verdict.delays.passed += 1
        else:
            self._verdict.missed.append(f"{stay.member} came to {self._owner}")

    def _went(self, stay: Stay, end: float) -> None:
        again = self._again.get(stay, EVER)
        for span in self._of(stay):
            if span.to_hi is not None and stay.until <= span.to_hi.timestamp() < again:
                self._verdict.delays.losses.append(span.to_hi.timestamp() - stay.until)
                if stay.went is not None and span.end_reason is not REASONS[stay.went]:
                    said = f"{stay.member} left {self._owner}: {span.end_reason}, was {stay.went}"
                    self._verdict.wrong.append(said)
                return
        if again <= end or not self._was_seen(stay):
            self._verdict.delays.passed += 1
        else:
            self._verdict.missed.append(f"{stay.member} left {self._owner}")

    def _false(self) -> None:
        left: dict[str, list[float]] = {}
        for stay in self._stays:
            if stay.went is Kind.UNFOLLOW:
                left.setdefault(stay.member, []).append(stay.until)
        for member, own in self._found.items():
            for span in own:
                if span.end_reason is EndReason.UNFOLLOWED and not _explained(
                    span, left.get(member, [])
                ):
                    self._verdict.false.append(f"{member} did not unfollow {self._owner}")

    def _was_seen(self, stay: Stay) -> bool:
        """Whether any reading fell into it: who came back and left again between two is nobody's."""
        return any(
            span.from_hi.timestamp() < stay.until
            and (span.to_hi is None or stay.since < span.to_hi.timestamp())
            for span in self._of(stay)
        )

    def _of(self, stay: Stay) -> Sequence[Span]:
        return self._found.get(stay.member, ())


def _explained(span: Span, left: Sequence[float]) -> bool:
    assert span.to_lo is not None  # noqa: S101 - it has ended
    assert span.to_hi is not None  # noqa: S101 - as above
    return any(span.to_lo.timestamp() <= at <= span.to_hi.timestamp() for at in left)
