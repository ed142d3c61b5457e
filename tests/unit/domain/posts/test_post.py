"""What a post may be, and what is said of one that may not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.posts.post import BODY_LIMIT, post_id, post_of
from pipeline.errors import InvalidEventError

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "id": "posts/first",
    "url": "https://b.example/posts/first/",
    "title": "First",
    "body": "Hello",
    "format": "markdown",
    "published_at": NOW,
}


def test_a_post_needs_no_more_than_this() -> None:
    post = post_of(FIELDS | {"summary": None})
    assert (post.title, post.tags, post.summary, post.expires_at) == ("First", (), None, None)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "a b", "id must be printable ASCII"),
        ("id", "x" * 257, "`id`"),
        ("url", "ftp://b.example/", "url must be an http"),
        ("title", "", "`title`"),
        ("title", " \n", "title must not be blank"),
        ("title", "a\x00b", "NUL"),
        ("body", "x" * (BODY_LIMIT + 1), "`body`"),
        ("body", "half \ud800", "surrogates"),
        ("body", None, "`body`"),
        ("format", "org", "`format`"),
        ("published_at", datetime(2026, 1, 1), "`published_at`"),  # noqa: DTZ001 - the point
        ("revision", -1, "`revision`"),
        ("tags", ("",), "tags"),
        ("tags", ("x",) * 101, "`tags`"),
        ("tags", ("a\x00",), "NUL"),
        ("language", "x" * 36, "`language`"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        post_of(FIELDS | {field: value})
    assert said in caught.value.problem


@given(st.text(min_size=1))
def test_every_name_gives_an_id_a_post_may_have(name: str) -> None:
    assert post_of(FIELDS | {"id": post_id(name)}).id == post_id(name)


def test_long_names_that_differ_at_the_end_have_different_ids() -> None:
    assert post_id("x" * 300 + "a") != post_id("x" * 300 + "b")
    assert post_id("über uns") == "%C3%BCber%20uns"
