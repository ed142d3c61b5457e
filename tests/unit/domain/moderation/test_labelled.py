"""Labelled comments are judged in order, each beside those before it."""

import pytest

from pipeline.domain.moderation import Decision, Outcome, Policy
from pipeline.domain.moderation.evaluation import Judged
from pipeline.domain.moderation.labelled import Labelled, judge_labelled
from pipeline.errors import InvalidEventError

APPEAL = "Please subscribe to my channel, everybody should see it!"


def outcome(judged: Judged, name: str) -> Outcome:
    return next(signal.outcome for signal in judged.verdict.signals if signal.name == name)


def test_a_text_that_came_before_counts_as_a_repeat() -> None:
    first, again = judge_labelled([Labelled(APPEAL, is_spam=True)] * 2, Policy())
    assert outcome(first, "repeats") is Outcome.MISS
    assert outcome(again, "repeats") is Outcome.HIT


def test_another_authors_copy_weighs_more() -> None:
    policy = Policy(publish_below=1.0, reject_from=1.0)
    text = "Seven quick notes about gardening in the shade of old walls"
    (_, own), (_, other) = (
        judge_labelled([Labelled(text, is_spam=False, name=each) for each in ("Ann", name)], policy)
        for name in ("Ann", "Bob")
    )
    assert other.verdict.score > own.verdict.score


def test_links_to_the_site_itself_are_no_links() -> None:
    comment = Labelled("See https://blog.example/a", is_spam=False)
    (judged,) = judge_labelled([comment], Policy(), site_hosts=frozenset({"blog.example"}))
    assert outcome(judged, "links") is Outcome.MISS
    assert judged.verdict.decision is Decision.PUBLISH


def test_a_text_that_leaves_nothing_to_show_is_refused() -> None:
    with pytest.raises(InvalidEventError):
        list(judge_labelled([Labelled("\u200b", is_spam=False)], Policy()))
