"""What may be said from outside."""

import msgspec
import pytest

from pipeline.domain import events
from pipeline.domain.graph.facts import FollowChanged
from pipeline.domain.graph.port import Person
from pipeline.errors import InvalidEventError
from pipeline.store import tables

POSTED = {
    "id": "c1",
    "page": "/a/",
    "page_url": "https://blog.example/a/",
    "author": {"name": "Ada"},
    "text": "Hello.",
}


def check(type_: str, data: object) -> object:
    return events.check(type_, msgspec.json.encode(data))


def test_a_whole_comment_is_read() -> None:
    fact = check(events.COMMENT_POSTED, POSTED | {"parent": "c0", "ip": "203.0.113.9"})
    assert isinstance(fact, events.CommentPosted)
    assert (fact.id, fact.parent, fact.author.name) == ("c1", "c0", "Ada")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": ""}, "$.id"),
        ({"id": "a b"}, "id must"),
        ({"page": "a"}, "page must"),
        ({"page": "/a b"}, "page must"),
        ({"page_url": "javascript:alert(1)"}, "page_url must"),
        ({"page_url": "https:///a"}, "page_url must"),
        ({"parent": "a b"}, "parent must"),
        ({"text": ""}, "$.text"),
        ({"text": "x" * (events.TEXT_LIMIT + 1)}, "$.text"),
        ({"text": 5}, "$.text"),
        ({"author": {"name": ""}}, "$.author.name"),
        ({"author": {"name": "A", "email": "nobody"}}, "$.author"),
        ({"author": None}, "$.author"),
        ({"at": "yesterday"}, "$.at"),
        ({"at": "2026-05-01T12:00:00"}, "$.at"),
        ({"at": "0001-01-01T00:00:00+02:00"}, "at must"),
        ({"at": "9999-12-31T23:59:59-02:00"}, "at must"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        check(events.COMMENT_POSTED, POSTED | change)
    assert named in caught.value.problem


def test_a_missing_field_is_named() -> None:
    with pytest.raises(InvalidEventError, match="author"):
        check(events.COMMENT_POSTED, {k: v for k, v in POSTED.items() if k != "author"})


def test_a_type_nobody_knows_has_no_shape_and_passes() -> None:
    assert check("weather.changed", {"any": "thing"}) is None


@pytest.mark.parametrize("type_", [*sorted(events.INTERNAL), "tick.sweep"])
def test_verdicts_and_ticks_are_not_taken_from_outside(type_: str) -> None:
    with pytest.raises(InvalidEventError, match="Afterword itself"):
        check(type_, {})


FOLLOW = {"follower": {"id": "7", "username": "ada"}, "followed": {"id": "9"}}


def test_a_follow_names_two_accounts_of_a_network() -> None:
    fact = check(events.FOLLOW_ADDED, FOLLOW)
    assert isinstance(fact, FollowChanged)
    assert (fact.network, fact.follower.username, fact.followed.id) == ("x", "ada", "9")
    assert fact.follower.person() == Person("7", handle="ada")
    assert check(events.FOLLOW_REMOVED, FOLLOW | {"network": "bluesky"}) != fact


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"follower": {"id": ""}}, "$.follower.id"),
        ({"follower": {"id": "7" * 129}}, "$.follower.id"),
        ({"follower": {"id": "a b"}}, "id must"),
        ({"follower": {"id": "a>b"}}, "id must"),
        ({"follower": {"id": 7}}, "$.follower.id"),
        ({"follower": {"id": "9"}}, "two accounts"),
        ({"followed": None}, "$.followed"),
        ({"network": ""}, "$.network"),
        ({"network": "the web"}, "network must"),
        ({"at": "2026-05-01T12:00:00"}, "$.at"),
        ({"at": "9999-12-31T23:59:59-02:00"}, "at must"),
    ],
)
def test_a_wrong_field_of_a_follow_is_named(change: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        check(events.FOLLOW_ADDED, FOLLOW | change)
    assert named in caught.value.problem


def test_the_changes_of_one_edge_are_one_subject() -> None:
    fact = check(events.FOLLOW_ADDED, FOLLOW)
    back = check(events.FOLLOW_ADDED, {"follower": {"id": "9"}, "followed": {"id": "7"}})
    assert events.subject_of("x", events.FOLLOW_ADDED, fact) == "follow:x:7>9"
    assert events.subject_of("x", events.FOLLOW_REMOVED, fact) == "follow:x:7>9"
    assert events.subject_of("x", events.FOLLOW_ADDED, back) == "follow:x:9>7"


def test_the_longest_subject_of_a_follow_fits_its_column() -> None:
    ends = {"follower": {"id": "a" * 128}, "followed": {"id": "b" * 128}}
    fact = check(events.FOLLOW_ADDED, ends)
    subject = events.subject_of("s" * 100, events.FOLLOW_ADDED, fact)
    assert subject is not None
    assert len(subject) <= tables.event.c.subject.type.length


def test_a_comment_and_its_edit_are_one_subject_per_source() -> None:
    posted = check(events.COMMENT_POSTED, POSTED)
    edited = check(events.COMMENT_EDITED, {"id": "c1", "text": "New."})
    subject = events.subject_of("blog", events.COMMENT_POSTED, posted)
    assert subject == events.subject_of("blog", events.COMMENT_EDITED, edited)
    assert subject != events.subject_of("other", events.COMMENT_POSTED, posted)
    assert events.subject_of("blog", "weather.changed", None) is None
