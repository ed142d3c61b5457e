"""What happened to a list."""

from datetime import datetime
from typing import Any

import pytest

from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import EndReason, ListKey
from pipeline.ingest.graph.questions.changes import Changed, ChangesAsked
from pipeline.ingest.graph.questions.naming import label
from pipeline.ingest.graph.questions.service import Questions
from pipeline.store.graph.changes import After
from tests.support.graphs import FOLLOWERS, Graphs, day

START, END = day(0), day(100)


def ask(
    questions: Questions,
    *kinds: ChangeKind,
    since: datetime = START,
    until: datetime = END,
    **part: Any,
) -> Changed:
    asked = ChangesAsked("x", "ada", FOLLOWERS, since, until, kinds)
    return questions.changes(asked, **({"after": None, "size": 50} | part))


def told(found: Changed) -> list[tuple[str, str, str | None]]:
    return [(label(e.account), str(e.change.kind), e.change.reason) for e in found.changes]


@pytest.fixture
def key(graphs: Graphs) -> ListKey:
    """A list of ada's that was read daily, and of whose members each did something else."""
    ada, stays, came, left, hidden, back, again, missing = graphs.people(
        "ada", "stays", "came", "left", "hidden", "back", "again", "missing"
    )
    key = graphs.read(ada, [stays, missing], FOLLOWERS)
    graphs.spans([graphs.edge(key, came, from_lo=day(1), from_hi=day(2))])
    graphs.gone(key, left, EndReason.UNFOLLOWED, to_lo=day(3), to_hi=day(4))
    graphs.gone(key, hidden, EndReason.SUSPENDED, to_lo=day(4), to_hi=day(5))
    graphs.gone(key, back, EndReason.DELETED, to_lo=day(5), to_hi=day(6))
    graphs.spans([graphs.edge(key, back, from_lo=day(7), from_hi=day(8))])
    graphs.gone(key, again, EndReason.UNFOLLOWED, to_lo=day(8), to_hi=day(9))
    graphs.spans([graphs.edge(key, again, from_lo=day(10), from_hi=day(11))])
    graphs.suspect(key, missing, day(11), day(12))
    return key


def test_every_change_says_what_it_was_and_why_the_newest_first(
    questions: Questions, key: ListKey
) -> None:
    assert key
    assert told(ask(questions)) == [
        ("@missing", "missing", None),
        ("@again", "refollowed", "unfollowed"),
        ("@again", "lost", "unfollowed"),
        ("@back", "returned", "deleted"),
        ("@back", "lost", "deleted"),
        ("@hidden", "lost", "suspended"),
        ("@left", "lost", "unfollowed"),
        ("@came", "gained", None),
    ]


def test_a_change_lies_between_two_times(questions: Questions, key: ListKey) -> None:
    assert key
    found = ask(questions, ChangeKind.GAINED).changes[0].change
    assert (found.lo, found.hi) == (day(1), day(2))


def test_a_window_holds_what_may_have_happened_in_it(questions: Questions, key: ListKey) -> None:
    assert key
    window = {"since": day(3.5), "until": day(4.5)}
    assert [name for name, _, _ in told(ask(questions, **window))] == ["@hidden", "@left"]
    assert told(ask(questions, since=day(2), until=day(3))) == []


def test_kinds_narrow_the_answer(questions: Questions, key: ListKey) -> None:
    assert key
    chosen = told(ask(questions, ChangeKind.RETURNED, ChangeKind.REFOLLOWED))
    assert [name for name, _, _ in chosen] == ["@again", "@back"]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_parts_put_together_are_the_whole(
    graphs: Graphs, questions: Questions, key: ListKey, size: int
) -> None:
    same_time = graphs.people("x1", "x2", "x3")
    graphs.spans([graphs.edge(key, m, from_lo=day(1), from_hi=day(4)) for m in same_time])
    whole, after = [], None
    while True:
        part = ask(questions, after=after, size=size)
        whole += told(part)
        after = part.next
        if after is None:
            break
        assert isinstance(after, After)
    assert whole == told(ask(questions))
    assert len(whole) == 11


def test_who_was_there_at_the_first_reading_was_not_gained(
    questions: Questions, key: ListKey
) -> None:
    assert key
    assert "@stays" not in {name for name, _, _ in told(ask(questions, since=day(-10)))}
