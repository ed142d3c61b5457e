"""Lists compared, as somebody asks for it."""

import pytest

from pipeline.errors import NotFoundError
from pipeline.ingest.graph.questions.comparing import Compared, Comparison, Part, Question
from pipeline.ingest.graph.questions.naming import label
from pipeline.ingest.graph.questions.service import Questions
from tests.support.graphs import FOLLOWERS, FOLLOWING, Graphs, day

ALL = Part(size=100)


def labels(found: Compared) -> list[str]:
    """Who is in the answer; with a question mark where that is not certain."""
    return [label(each.account) + ("" if each.certain else "?") for each in found.members]


@pytest.fixture
def people(graphs: Graphs) -> dict[str, int]:
    names = ("ada", "bob", "cyd", "dan", "eve", "fay")
    return dict(zip(names, graphs.people(*names), strict=True))


def ask(questions: Questions, *accounts: str, part: Part = ALL, **asked: object) -> Compared:
    return questions.compare(Comparison("x", accounts, **asked), part)  # type: ignore[arg-type]


def test_what_several_follow(graphs: Graphs, questions: Questions, people: dict[str, int]) -> None:
    graphs.read(people["ada"], [people["cyd"], people["dan"], people["eve"]])
    graphs.read(people["bob"], [people["dan"], people["eve"], people["fay"]])
    graphs.read(people["cyd"], [people["eve"]])
    assert labels(ask(questions, "ada", "bob", "cyd")) == ["@eve"]
    assert labels(ask(questions, "ada", "bob", question=Question.ONLY, only="ada")) == ["@cyd"]
    assert labels(ask(questions, "bob", "cyd", question=Question.ONLY, only="ada")) == ["@cyd"]
    two = ask(questions, "ada", "bob", "cyd", question=Question.AT_LEAST, least=2)
    assert labels(two) == ["@dan", "@eve"]
    assert [each.lists for each in two.members] == [(0, 1), (0, 1, 2)]


def test_who_follows_several(graphs: Graphs, questions: Questions, people: dict[str, int]) -> None:
    graphs.read(people["ada"], [people["cyd"], people["dan"]], FOLLOWERS)
    graphs.read(people["bob"], [people["dan"], people["eve"]], FOLLOWERS)
    assert labels(ask(questions, "ada", "bob", direction=FOLLOWERS)) == ["@dan"]


def test_who_is_mutual_with_one_account_or_with_all_of_several(
    graphs: Graphs, questions: Questions, people: dict[str, int]
) -> None:
    for name, follows, followed_by in (("ada", "cyd dan", "dan eve"), ("bob", "dan", "dan fay")):
        graphs.read(people[name], [people[each] for each in follows.split()], FOLLOWING)
        graphs.read(people[name], [people[each] for each in followed_by.split()], FOLLOWERS)
    graphs.spans([])
    assert labels(ask(questions, "ada", question=Question.MUTUAL)) == ["@dan"]
    assert labels(ask(questions, "ada", "bob", question=Question.MUTUAL)) == ["@dan"]


def test_what_an_unread_list_may_hold_is_marked(
    graphs: Graphs, questions: Questions, people: dict[str, int]
) -> None:
    graphs.read(people["ada"], [people["cyd"], people["dan"]])
    found = ask(questions, "ada", "bob", question=Question.ONLY, only="ada")
    assert labels(found) == ["@cyd?", "@dan?"]
    assert len(found.found.certain) == 0
    assert [reading.read_at for reading in found.readings] == [day(0), None]


def test_a_long_answer_comes_in_parts(
    graphs: Graphs, questions: Questions, people: dict[str, int]
) -> None:
    graphs.read(people["ada"], [people[name] for name in ("bob", "cyd", "dan", "eve", "fay")])
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        part = ask(questions, "ada", part=Part(after, 2))
        seen += labels(part)
        after = part.next
    assert seen == ["@bob", "@cyd", "@dan", "@eve", "@fay"]


def test_accounts_without_a_name_are_counted_and_priced(
    graphs: Graphs, questions: Questions, people: dict[str, int]
) -> None:
    strangers = graphs.people(None, None, None)
    graphs.read(people["ada"], [people["bob"], *strangers])
    found = ask(questions, "ada", part=Part(size=1))
    assert found.nameless == (3, 30_000)
    elsewhere = graphs.people("zoe", None, network="bluesky")
    graphs.read(elsewhere[0], elsewhere[1:])
    free = questions.compare(Comparison("bluesky", ("zoe",)), ALL)
    assert free.nameless == (1, 0)


@pytest.mark.parametrize("typed", ["ada", "@ada", "@Ada", "ADA", "4711"])
def test_an_account_is_named_by_handle_or_id(
    graphs: Graphs, questions: Questions, typed: str
) -> None:
    graphs.people("ada", native_id="4711")
    assert [owner.native_id for owner in ask(questions, typed).owners] == ["4711"]


def test_an_id_goes_before_a_handle_of_digits_unless_an_at_sign_says_handle(
    graphs: Graphs, questions: Questions
) -> None:
    graphs.people("4711", native_id="1")
    graphs.people("bob", native_id="4711")
    assert ask(questions, "4711").owners[0].handle == "bob"
    assert ask(questions, "@4711").owners[0].native_id == "1"


def test_a_handle_that_moved_on_means_the_account_that_was_read_last(
    graphs: Graphs, questions: Questions
) -> None:
    graphs.people("ada", native_id="1")
    graphs.people("ada", native_id="2", profile_at=day(2))
    graphs.people("ada", native_id="3", profile_at=day(1))
    assert ask(questions, "ada").owners[0].native_id == "2"


def test_an_account_named_twice_is_compared_once(
    graphs: Graphs, questions: Questions, people: dict[str, int]
) -> None:
    graphs.read(people["ada"], [people["bob"]])
    assert len(ask(questions, "ada", "@ADA").readings) == 1


@pytest.mark.parametrize("accounts", [(), ("ada", "nobody")])
def test_an_account_that_nobody_knows_is_an_error(
    questions: Questions, people: dict[str, int], accounts: tuple[str, ...]
) -> None:
    assert people
    with pytest.raises(NotFoundError):
        ask(questions, *accounts)


def test_a_comparison_of_a_time_before(
    graphs: Graphs, questions: Questions, people: dict[str, int]
) -> None:
    key = graphs.read(people["ada"], [people["bob"]])
    graphs.run(key, day(10))
    graphs.spans([graphs.edge(key, people["cyd"], from_lo=day(2), from_hi=day(4))])
    assert labels(ask(questions, "ada", at=day(1))) == ["@bob"]
    assert labels(ask(questions, "ada", at=day(3))) == ["@bob", "@cyd?"]
    assert labels(ask(questions, "ada", at=day(5))) == ["@bob", "@cyd"]
    before = ask(questions, "ada", at=day(-1))
    assert (labels(before), before.found.possible) == ([], None)
