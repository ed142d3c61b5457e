"""Query strings: a value or problem 422, never anything else."""

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.api.query import read_counts_query, read_thread_query
from pipeline.api.tree import Cursor
from pipeline.problems import ProblemError


def test_a_full_query_is_read() -> None:
    query = read_thread_query(b"page=/a%C3%A4b/&site=blog&after=-5.7&limit=20&reply=12")
    assert query == ("/aäb/", "blog", Cursor(-5, 7), 20, "12")


@pytest.mark.parametrize("page", ["/", "/posts/ä/", "/" + "x" * 499])
def test_paths_are_pages(page: str) -> None:
    assert read_thread_query(urlencode({"page": page}).encode()).page == page


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"page=",
        b"page=a",
        b"page=/a%00",
        b"page=/a%0A",
        b"page=/" + b"x" * 500,
        b"page=/&limit=0",
        b"page=/&limit=1001",
        b"page=/&limit=-1",
        b"page=/&limit=%D9%A3",
        b"page=/&limit=1e9",
        b"page=/&after=x",
        b"page=/&after=1",
        b"page=/&after=" + b"9" * 30 + b".1",
        b"&".join([b"a=1"] * 300),
    ],
)
def test_what_makes_no_sense_is_invalid(query: bytes) -> None:
    with pytest.raises(ProblemError) as caught:
        read_thread_query(query)
    assert caught.value.status == 422


def test_a_comment_to_answer_that_is_no_number_is_ignored() -> None:
    assert read_thread_query(b"page=/&reply=%22onclick").reply is None


def test_a_hundred_pages_can_be_counted_and_no_more() -> None:
    assert len(read_counts_query(b"&".join([b"page=/a"] * 100)).pages) == 100
    for wrong in (b"", b"&".join([b"page=/a"] * 101), b"page=a"):
        with pytest.raises(ProblemError):
            read_counts_query(wrong)


@given(st.binary() | st.text().map(lambda text: urlencode({"page": "/" + text}).encode()))
def test_no_query_breaks_the_reader(query: bytes) -> None:
    for read in (read_thread_query, read_counts_query):
        with suppress(ProblemError):
            read(query)
