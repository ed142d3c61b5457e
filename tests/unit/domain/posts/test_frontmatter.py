"""Three kinds of front matter, and the line of what is wrong in each."""

from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.posts.frontmatter import split
from pipeline.domain.posts.problem import PostError


@pytest.mark.parametrize(
    "text",
    [
        "---\nTitle: A\ntags: [x]\n---\nBody",
        "--- \nTitle: A\ntags:\n  - x\n---  \nBody",
        '+++\nTitle = "A"\ntags = ["x"]\n+++\nBody',
        '{"Title": "A",\n"tags": ["x"]}\nBody',
    ],
)
def test_front_matter_is_read(text: str) -> None:
    front = split(text)
    assert front.table == {"title": "A", "tags": ["x"]}
    assert front.body == "Body"


@pytest.mark.parametrize("text", ["", "Body", "{{< toc >}}", "{% include a %}", "--\na: 1\n--\n"])
def test_a_file_may_have_none(text: str) -> None:
    assert split(text) == ({}, text, "")


def test_a_yaml_date_stays_a_text() -> None:
    assert split("---\ndate: 2026-02-30\n---\n").table == {"date": "2026-02-30"}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("---\na: 1\nno end", 1, "not closed by a line ---"),
        ("---\na: 1\nb: [x\nc: 2\n---\n", 4, "expected ',' or ']'"),
        ("---\n- a\n---\n", 2, "no table"),
        ("---\n'a': !!python/object:os.system x\n---\n", 2, "constructor"),
        ("---\na: 1\nb: \x01\n---\n", 2, "control characters"),
        ("+++\na = 1\nb =\n+++\n", 3, "Invalid value"),
        ('+++\na = 1\nb = "x\n+++\n', 3, "Illegal character"),
        ("+++\na = 1\na = 2\n+++\n", 3, "overwrite"),
        ('{"a": 1,\n "b": x}\n', 2, "Expecting value"),
        ('{"a": 1', 1, "Expecting"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(PostError) as caught:
        split(text)
    assert (caught.value.line, said in caught.value.reason) == (line, True), caught.value.reason


@pytest.mark.parametrize("each", ["[", "- ", "{", "? ", "{a: ", "&a [*a,"])
def test_yaml_that_would_crash_its_parser_is_refused(each: str) -> None:
    with pytest.raises(PostError, match=r"nested more|aliases"):
        split(f"---\n{each * (60_000 // len(each))}\n---\n")


def test_merges_that_multiply_are_refused() -> None:
    rows = [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 12)]
    with pytest.raises(PostError, match="aliases"):
        split("---\na0: &a0 {x: 1}\n" + "\n".join(rows) + "\n---\n")


@pytest.mark.parametrize("each", ["[", "{a="])
def test_toml_and_json_that_are_nested_too_deeply_are_refused(each: str) -> None:
    with pytest.raises(PostError):
        split(f"+++\na={each * 20_000}\n+++\n")
    with pytest.raises(PostError):
        split('{"a":' + "[" * 100_000)


def test_the_line_of_a_key_is_found() -> None:
    assert split("---\na: 1\nDate: x\n---\n").line_of("date") == 3
    assert split('+++\na = 1\n"date" = 5\n+++\n').line_of("date") == 3
    assert split('{"a": 1,\n"date": 5}').line_of("date") == 2
    assert split("---\na: 1\n---\n").line_of("b") is None


@settings(max_examples=50)
@given(st.sampled_from(["---\n{}\n---\n", "+++\n{}\n+++\n", "{}"]), st.text(max_size=60))
def test_any_head_is_read_or_refused(frame: str, text: str) -> None:
    with suppress(PostError):
        assert isinstance(split(frame.replace("{}", text)).table, Mapping)
