"""What became of the sample: read from the database, counted, and three verdicts picked to show."""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.cli.comments.verdicts import read_verdict
from pipeline.demo.sample import Row
from pipeline.demo.scratch import SOURCE
from pipeline.domain.moderation import Outcome
from pipeline.errors import StartError
from pipeline.store import comments, verdicts
from pipeline.store.comment_tables import CommentState
from pipeline.store.comments import Comment
from pipeline.store.database import Database
from pipeline.store.verdicts import StoredVerdict

STATES = (CommentState.PUBLISHED, CommentState.HELD, CommentState.REJECTED)
_LOOK_EVERY = 0.1


class Finding(NamedTuple):
    """A row of the sample, the comment it became, and the verdict on it."""

    row: Row
    comment: Comment
    verdict: StoredVerdict

    @property
    def seconds(self) -> float:
        """From the moment the event came to its verdict."""
        return (self.verdict.at - self.comment.received_at).total_seconds()

    @property
    def right(self) -> bool:
        """Whether spam was stopped, or harmless text published."""
        return self.row.is_spam is not (self.comment.state == CommentState.PUBLISHED)


class Pace(NamedTuple):
    """`per_second` comments from the first one's arrival to the last verdict; `median` in seconds."""

    per_second: float
    median: float


def wait_judged(
    database: Database,
    total: int,
    *,
    within: float,
    pause: Callable[[float], object],
    advance: Callable[[int], None],
) -> None:
    """Return when `total` comments are judged; `advance` is told of each batch.

    Raises StartError where that takes longer than `within` seconds.
    """
    seen = 0
    for _ in range(int(within / _LOOK_EVERY)):
        with database.read() as db:
            judged = sum(comments.count_by_state(db).values())
        advance(judged - seen)
        seen = judged
        if judged >= total:
            return
        pause(_LOOK_EVERY)
    raise StartError(
        f"{seen} of {total} comments were judged within {within:g} s: see `afterword status`"
    )


def collect(db: Connection, rows: Sequence[Row]) -> list[Finding]:
    """A finding for each row, in the sample's order."""
    found = []
    for row in rows:
        comment = comments.find(db, SOURCE, row.id)
        if comment is not None:
            found.append(Finding(row, comment, verdicts.of_comment(db, comment.id)[-1]))
    return found


def tally(findings: Sequence[Finding]) -> Counter[tuple[bool, str]]:
    """How many, by (is spam, state)."""
    return Counter((finding.row.is_spam, finding.comment.state) for finding in findings)


def pace(findings: Sequence[Finding]) -> Pace:
    """How fast the findings came about."""
    began = min(finding.comment.received_at for finding in findings)
    ended = max(finding.verdict.at for finding in findings)
    seconds = max((ended - began).total_seconds(), 1e-6)
    return Pace(len(findings) / seconds, median(finding.seconds for finding in findings))


def examples(findings: Sequence[Finding]) -> list[Finding]:
    """For each state the right verdict with most to say: most signals hit, then the longest text."""
    picked = []
    for state in STATES:
        choice = [each for each in findings if each.right and each.comment.state == state]
        picked += sorted(choice, key=_weight)[-1:]
    return picked


def _weight(finding: Finding) -> tuple[int, int]:
    signals = read_verdict(finding.verdict).signals
    hits = sum(signal.outcome is Outcome.HIT for signal in signals)
    return hits, len(finding.row.text)
