"""Verdicts against labels: the counting, and the figures on labelled comments."""

import csv
import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.domain.moderation import (
    Facts,
    Outcome,
    Policy,
    SignalOutcome,
    Similar,
    Verdict,
    distance,
    fingerprint,
    judge,
)
from pipeline.domain.moderation.evaluation import Agreement, Judged, agreement, signal_rows
from pipeline.domain.moderation.verdict import Decision

URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
OWN = frozenset({"youtube.com", "youtu.be"})


def judged(decision: Decision, outcome: Outcome, *, is_spam: bool) -> Judged:
    signal = SignalOutcome("links", 1, outcome, 0.4, 0.0, 0.0, ())
    return Judged(Verdict(decision, 0.0, 0.4, 0.9, "rules-1", "", (signal,), ""), is_spam=is_spam)


def test_decisions_and_hits_are_counted_by_label() -> None:
    cases = [
        judged(Decision.REJECT, Outcome.HIT, is_spam=True),
        judged(Decision.HOLD, Outcome.HIT, is_spam=True),
        judged(Decision.PUBLISH, Outcome.MISS, is_spam=True),
        judged(Decision.PUBLISH, Outcome.MISS, is_spam=False),
        judged(Decision.HOLD, Outcome.ERROR, is_spam=False),
        judged(Decision.REJECT, Outcome.HIT, is_spam=False),
    ]
    counts = agreement(cases)
    (row,) = signal_rows(cases)

    assert counts == Agreement(1, 1, 1, 1, 1, 1)
    assert (counts.precision, counts.recall) == (0.5, pytest.approx(2 / 3))
    assert (row.hits, row.hits_on_spam, row.errors) == (3, 2, 1)
    assert (row.precision, row.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_nothing_judged_is_nothing_wrong() -> None:
    assert (agreement([]).precision, agreement([]).recall) == (1, 1)
    assert signal_rows([]) == []


@pytest.fixture(scope="module")
def labelled(facts: Callable[..., Facts]) -> list[Judged]:
    """The YouTube Spam Collection (Alberto, Lochter and Almeida 2015, CC BY 4.0), judged in the
    order it arrived, file by file. It names no authors: each comment is somebody's first.
    """
    roots = (parent / "shared/data/youtube-spam" for parent in Path(__file__).resolve().parents)
    folder = next((root for root in roots if root.is_dir()), None)
    if folder is None:
        pytest.skip("no labelled comments: put the YouTube Spam Collection in shared/data")
    return [case for path in sorted(folder.glob("*.csv")) for case in replay(path, facts)]


def replay(path: Path, facts: Callable[..., Facts]) -> Iterator[Judged]:
    before: list[tuple[int, Decision]] = []
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            raw = row["content"].replace("<br />", "\n").replace("\ufeff", "")
            plain = html.unescape(TAG.sub("", raw)).strip()
            links = tuple(dict.fromkeys(map(html.unescape, URL.findall(raw))))
            mark = fingerprint(plain)
            verdict = judge(
                facts(text=plain, links=links, similar=near(mark, before), site_hosts=OWN), Policy()
            )
            before.append((mark, verdict.decision))
            yield Judged(verdict, row["spam"] == "1")


def near(mark: int, before: list[tuple[int, Decision]]) -> tuple[Similar, ...]:
    return tuple(
        Similar(place, same_author=False, same_page=True, distance=bits, decision=decision)
        for place, (other, decision) in enumerate(before)
        if (bits := distance(mark, other)) <= 3
    )


def test_labelled_comments_are_judged_as_well_as_they_were(labelled: list[Judged]) -> None:
    found = agreement(labelled)

    assert found.rejected_ham == 0
    assert found.precision > 0.95
    assert found.recall > 0.74


def test_the_signals_that_read_text_are_nearly_always_right(labelled: list[Judged]) -> None:
    rows = {row.name: row for row in signal_rows(labelled)}

    assert all(row.errors == 0 for row in rows.values())
    for name in ("links", "link_only", "word_list", "call_to_action"):
        assert rows[name].precision > 0.95
