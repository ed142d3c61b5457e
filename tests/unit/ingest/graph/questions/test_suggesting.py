"""Suggestions."""

from pipeline.ingest.graph.questions.naming import label
from pipeline.ingest.graph.questions.service import Questions
from pipeline.ingest.graph.questions.suggesting import Suggested, SuggestionsAsked
from tests.support.graphs import FOLLOWERS, Graphs, day


def ask(questions: Questions, least: int, *, skip: int = 0, size: int = 50) -> Suggested:
    asked = SuggestionsAsked("x", "ada", least)
    return questions.suggest(asked, skip=skip, size=size)


def told(found: Suggested) -> list[tuple[str, int]]:
    return [(label(each.account), each.followed_by) for each in found.suggestions]


def test_whom_many_friends_follow_is_suggested_the_most_followed_first(
    graphs: Graphs, questions: Questions
) -> None:
    ada, bob, cyd, dan, eve, fay, gus = graphs.people(
        "ada", "bob", "cyd", "dan", "eve", "fay", "gus"
    )
    graphs.read(ada, [bob, cyd, dan, gus])
    graphs.read(bob, [ada, cyd, eve, fay])
    graphs.read(cyd, [ada, fay])
    graphs.read(dan, [ada, bob, eve, fay])
    graphs.list(gus)
    found = ask(questions, 2)
    assert told(found) == [("@fay", 3), ("@eve", 2)]
    assert (found.friends, found.friends_read, found.total) == (4, 3, 2)
    assert told(ask(questions, 3)) == [("@fay", 3)]
    assert told(ask(questions, 4)) == []


def test_long_lists_of_suggestions_come_in_parts(graphs: Graphs, questions: Questions) -> None:
    ada, bob, *others = graphs.people("ada", "bob", "c1", "c2", "c3")
    graphs.read(ada, [bob])
    graphs.read(bob, others)
    first = ask(questions, 1, size=2)
    assert (told(first), first.next) == ([("@c1", 1), ("@c2", 1)], 2)
    second = ask(questions, 1, skip=2, size=2)
    assert (told(second), second.next) == ([("@c3", 1)], None)


def test_nobody_is_suggested_whom_the_account_may_follow_already(
    graphs: Graphs, questions: Questions
) -> None:
    ada, bob, cyd = graphs.people("ada", "bob", "cyd")
    key = graphs.read(ada, [bob, cyd])
    graphs.suspect(key, cyd, day(1), day(2))
    graphs.read(bob, [cyd])
    assert told(ask(questions, 1)) == []


def test_a_friend_whose_followers_alone_were_read_is_not_counted_as_read(
    graphs: Graphs, questions: Questions
) -> None:
    ada, bob, cyd = graphs.people("ada", "bob", "cyd")
    graphs.read(ada, [bob])
    graphs.read(bob, [cyd], FOLLOWERS)
    found = ask(questions, 1)
    assert (found.friends, found.friends_read) == (1, 0)


def test_accounts_kept_are_listed_with_their_lists_in_parts(
    graphs: Graphs, questions: Questions
) -> None:
    ada, bob, cyd = graphs.people("ada", "bob", "cyd")
    graphs.read(ada, [bob, cyd])
    graphs.list(ada, FOLLOWERS)
    graphs.read(cyd, [bob])
    first = questions.kept("x", after=0, size=1)
    assert [(each.account.handle, len(each.readings)) for each in first.accounts] == [("ada", 2)]
    assert first.next == ada
    second = questions.kept(None, after=ada, size=1)
    assert [(each.account.handle, len(each.readings)) for each in second.accounts] == [("cyd", 1)]
    assert second.next is None
    assert questions.kept("bluesky", after=0, size=9) == ((), None)
