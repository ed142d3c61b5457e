"""Threads as JSON."""

import json
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.api import shapes
from pipeline.api.encoding import ThreadHead, encode_thread
from pipeline.api.tree import Cursor, Slice
from tests.unit.api.reading import START, arranged, flatten, gone, shown

HEAD = ThreadHead("/a/", 2)


REPLY = {
    "id": "2",
    "parent": "1",
    "author": {"name": "Author 2", "avatar": "/avatars/abcdefghijkl.svg"},
    "html": '<p>"\n\u2028</p>',
    "at": "2026-06-01T00:00:02Z",
    "replies": [],
}
TOP = {
    "id": "1",
    "parent": None,
    "author": {
        "name": "Author 1",
        "website": "https://ada.example",
        "avatar": "/avatars/abcdefghijkl.svg",
    },
    "html": "<p>Text 1</p>",
    "at": "2026-06-01T00:00:01Z",
    "edited_at": "2026-06-02T00:00:00Z",
    "replies": [REPLY],
}


def test_a_thread_has_the_shape_of_the_contract() -> None:
    rows = [
        shown(1, website="https://ada.example", edited_at=START + timedelta(days=1)),
        shown(2, 1, html='<p>"\n\u2028</p>'),
    ]
    body = encode_thread(HEAD, Slice(arranged(rows), Cursor(7, 1)))
    assert json.loads(body) == {"page": "/a/", "count": 2, "comments": [TOP], "next": "7.1"}


def test_the_described_shape_holds_all_that_is_written() -> None:
    rows = [gone(1), shown(2, 1, website="https://ada.example", edited_at=START), shown(3)]
    body = encode_thread(HEAD, Slice(arranged(rows), Cursor(7, 1)))
    described = msgspec.json.decode(body, type=shapes.Thread)
    assert json.loads(msgspec.json.encode(described)) == json.loads(body)


def test_a_removed_comment_has_neither_author_nor_text() -> None:
    rows = [gone(1), shown(2, 1)]
    (top,) = json.loads(encode_thread(HEAD, Slice(arranged(rows), None)))["comments"]
    assert set(top) == {"id", "parent", "at", "removed", "replies"}
    assert top["removed"] is True


def test_a_thread_without_comments_is_whole_too() -> None:
    body = encode_thread(ThreadHead('/"\\/', 0), Slice((), None))
    assert json.loads(body) == {"page": '/"\\/', "count": 0, "comments": []}


def test_a_chain_of_ten_thousand_replies_is_written_and_closed() -> None:
    rows = [shown(id_, id_ - 1 or None) for id_ in range(1, 10_001)]
    body = encode_thread(HEAD, Slice(arranged(rows), None))
    assert body.count(b'"replies":[') == 10_000
    assert body.endswith(b"]}" * 10_001)


@settings(max_examples=50)
@given(st.lists(st.none() | st.integers(0, 9), max_size=10))
def test_any_tree_reads_back_in_the_same_order(parents: list[int | None]) -> None:
    nodes = arranged([shown(id_, parent) for id_, parent in enumerate(parents)])
    decoded = json.loads(encode_thread(HEAD, Slice(nodes, None)))["comments"]
    flat = [(int(each["id"]), each["parent"]) for each in flatten(decoded)]
    expected = [(row[0], None if under is None else str(under)) for _, under, row in nodes]
    assert flat == expected
