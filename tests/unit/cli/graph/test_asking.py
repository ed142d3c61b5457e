"""`afterword graph compare`, `changes`, `series`, `suggest` as the owner types them."""

from typing import Any

import pytest

from tests.support.graphs import Graphs
from tests.unit.cli.blog import Blog, refuses

SPAN = ("--since", "2026-02-28", "--until", "2026-03-05")


def handles(items: list[dict[str, Any]]) -> list[str | None]:
    return [item["account"]["handle"] for item in items]


def test_a_comparison_names_what_it_stands_on_and_marks_what_is_unsure(blog: Blog) -> None:
    result = blog.type("graph", "compare", "ada", "@bob", "--only", "ada")
    assert result.exit_code == 0, result.stderr
    assert "@ada     following  3" in result.stdout
    assert "only: 2 certain, 2 possible" in result.stdout
    assert "@bob" in result.stdout
    assert "1 known by id alone; to look their names up would cost $0.01" in result.stderr


def test_an_unread_list_is_called_unknown(blog: Blog) -> None:
    result = blog.type("graph", "compare", "ada", "cyd")
    assert "never: unknown, not empty" in result.stdout
    assert "0 or more" in result.stdout
    assert "common: 0 certain, 3 possible" in result.stdout


def test_comparisons_are_as_the_api_tells_them(blog: Blog) -> None:
    answer = blog.json("graph", "compare", "ada", "bob", "--at-least", "1", "--limit", "2")
    assert (answer["question"], handles(answer["members"])) == ("at-least", ["ada", "bob"])
    after = answer["next"]
    rest = blog.json("graph", "compare", "ada", "bob", "--at-least", "1", "--after", after)
    assert handles(rest["members"]) == ["cyd", None]
    mutual = blog.json("graph", "compare", "ada", "--mutual")
    assert handles(mutual["members"]) == ["bob", None]
    common = blog.json("graph", "compare", "ada", "bob", "--common", "--direction", "following")
    assert handles(common["members"]) == ["cyd"]
    then = blog.json(
        "graph", "compare", "ada", "--direction", "followers", "--at", "2026-03-02T00:00:00Z"
    )
    certain = {each["account"]["handle"]: each["certain"] for each in then["members"]}
    assert certain == {"bob": True, "cyd": False, None: False}


def test_changes_lie_between_two_times(blog: Blog) -> None:
    result = blog.type("graph", "changes", "ada", *SPAN, "--kind", "lost")
    assert result.exit_code == 0, result.stderr
    assert "lost  suspended" in result.stdout
    first = blog.json("graph", "changes", "ada", *SPAN, "--limit", "1")
    rest = blog.json("graph", "changes", "ada", *SPAN, "--after", first["next"])
    assert [each["kind"] for each in first["changes"] + rest["changes"]] == ["lost", "gained"]


def test_a_series_shows_ranges_and_gaps(blog: Blog) -> None:
    result = blog.type("graph", "series", "ada", *SPAN)
    assert result.exit_code == 0, result.stderr
    line = next(line for line in result.stdout.splitlines() if line.startswith("2026-03-02"))
    assert " ".join(line.split()) == "2026-03-02 1-3 gained 0-1, suspended 0-1 gap: not read -"
    assert len(blog.json("graph", "series", "ada", *SPAN)["days"]) >= 5


def test_suggestions_say_of_how_many_they_know(blog: Blog) -> None:
    result = blog.type("graph", "suggest", "bob", "--at-least", "1")
    assert result.exit_code == 0, result.stderr
    assert "of 2 accounts it follows, the lists of 1 were read" in result.stdout
    answer = blog.json("graph", "suggest", "bob", "--at-least", "1")
    assert handles(answer["suggestions"]) == [None]


def test_an_account_that_nobody_knows_is_named(blog: Blog) -> None:
    refuses(blog.type("graph", "compare", "nobody"), 1, "nobody", "afterword graph add")


@pytest.mark.parametrize(
    "typed",
    [
        ("compare", "ada", "--common", "--mutual"),
        ("compare", "ada", "--at-least", "0"),
        ("compare", "ada", "--at", "whenever"),
        ("changes", "ada", "--after", "nonsense"),
        ("changes", "ada", "--kind", "eaten"),
        ("changes", "ada", "--since", "2026-03-02", "--until", "2026-03-01"),
        ("changes", "ada", "--until", "0001-01-05"),
        ("series", "ada", "--until", "0001-01-05"),
        ("series", "ada", "--since", "2000-01-01"),
        ("series", "ada", "--since", "2026-03-02", "--until", "2026-03-01"),
        ("compare",),
    ],
)
def test_wrong_usage_is_told_from_failure(blog: Blog, typed: tuple[str, ...]) -> None:
    assert blog.type("graph", *typed).exit_code == 2


def test_a_name_can_not_steer_the_terminal(blog: Blog, graphs: Graphs) -> None:
    ada, evil = graphs.people("eve", "evil\x1b[2J", name="\x07")
    graphs.read(ada, [evil])
    result = blog.type("graph", "compare", "eve")
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout
