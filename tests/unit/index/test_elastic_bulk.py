"""How writes are cut into requests, and what the answers to single items mean."""

from typing import Any

import orjson
import pytest

from pipeline.errors import Rejected, Transient
from pipeline.index.elastic.bulk import MOST_BYTES, MOST_ITEMS, Item, chunked, item_of, written_of
from pipeline.index.engine import Outcome
from tests.support.posts import gone, post


def test_requests_are_bounded_by_number() -> None:
    cut = list(chunked(Item(str(n), b"x") for n in range(MOST_ITEMS * 2 + 1)))

    assert [len(each) for each in cut] == [MOST_ITEMS, MOST_ITEMS, 1]


def test_requests_are_bounded_by_bytes_and_a_larger_item_goes_alone() -> None:
    third, whole = b"x" * (MOST_BYTES // 3), b"x" * (MOST_BYTES + 1)
    items = [
        Item("a", third),
        Item("b", third),
        Item("c", third),
        Item("d", third),
        Item("e", whole),
    ]
    cut = list(chunked(iter([*items, Item("f", third)])))

    assert ["".join(item.key for item in each) for each in cut] == ["abc", "d", "e", "f"]


def test_a_tombstone_holds_nothing_of_the_post() -> None:
    action, source = map(orjson.loads, item_of(gone("a", 3)).lines.split(b"\n"))

    assert action == {"index": {"_id": "blog/a", "version": 3, "version_type": "external_gte"}}
    assert source == {"key": "blog/a", "deleted": True}


def test_a_post_stands_under_its_language() -> None:
    _, source = map(orjson.loads, item_of(post("a", "Titel", language="de")).lines.split(b"\n"))
    _, other = map(orjson.loads, item_of(post("a", "Titel", language="xx")).lines.split(b"\n"))

    assert source["text"] == {"de": {"title": "Titel"}}
    assert other["text"] == {"und": {"title": "Titel"}}


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (200, None, Outcome.STORED),
        (201, None, Outcome.STORED),
        (409, {"type": "version_conflict_engine_exception", "reason": "newer"}, Outcome.NEWER),
        (429, {"type": "es_rejected_execution_exception", "reason": "full"}, Outcome.BUSY),
        (503, {"type": "unavailable_shards_exception", "reason": "no primary"}, Outcome.BUSY),
        (400, {"type": "document_parsing_exception", "reason": "odd"}, Outcome.REFUSED),
    ],
)
def test_an_items_status_says_what_became_of_it(
    status: int, error: dict[str, Any] | None, outcome: Outcome
) -> None:
    assert written_of("a", {"status": status, "error": error}).outcome is outcome


@pytest.mark.parametrize("status", [403, 429])
def test_a_block_is_about_all_items_and_says_what_to_do(status: int) -> None:
    error = {"type": "cluster_block_exception", "reason": "index [x] blocked by: [flood stage]"}
    with pytest.raises(Transient, match=r"flood stage.*free disk space"):
        written_of("a", {"status": status, "error": error})


def test_a_generation_that_is_not_there_is_about_all_items() -> None:
    error = {"type": "index_not_found_exception", "reason": "no such index [x]"}
    with pytest.raises(Rejected, match="no such index"):
        written_of("a", {"status": 404, "error": error})
