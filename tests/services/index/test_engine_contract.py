"""What every engine holds: versions, tombstones, generations, entries. Each test on each engine."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from pipeline.domain.search import Search, parse
from pipeline.errors import Rejected
from pipeline.index.engine import Engine, Outcome, Written
from tests.support.posts import NOW, SITE, Index, gone, post


def outcomes(written: list[Written]) -> list[Outcome]:
    return [one.outcome for one in written]


def test_a_post_is_found_as_soon_as_its_write_returns(index: Index) -> None:
    (written,) = index.write(post("a", "Borrow checker", "Ownership explained."))

    assert written == Written(f"{SITE}/a", Outcome.STORED)
    assert index.find("ownership") == ["a"]


def test_an_older_version_changes_nothing(index: Index) -> None:
    index.write(post("a", "Newest", version=7))
    written = index.write(post("a", "Oldest", version=6))

    assert outcomes(written) == [Outcome.NEWER]
    assert index.find("newest") == ["a"]
    assert index.find("oldest") == []


def test_an_equal_version_is_stored_again(index: Index) -> None:
    index.write(post("a", "First text", version=7))
    written = index.write(post("a", "Second text", version=7))

    assert outcomes(written) == [Outcome.STORED]
    assert index.find("second") == ["a"]
    assert index.find("first") == []


def test_outcomes_come_in_the_order_of_the_writes(index: Index) -> None:
    index.write(post("b", "Kept", version=9))
    written = index.write(post("a", "New"), post("b", "Late", version=8), gone("c", 3))

    assert [one.key for one in written] == [f"{SITE}/a", f"{SITE}/b", f"{SITE}/c"]
    assert outcomes(written) == [Outcome.STORED, Outcome.NEWER, Outcome.STORED]


def test_the_newest_of_several_writes_of_one_post_wins(index: Index) -> None:
    written = index.write(
        post("a", "Middle", version=2), post("a", "Highest", version=3), post("a", "Low", version=1)
    )

    assert outcomes(written)[1:] == [Outcome.STORED, Outcome.NEWER]
    assert index.versions() == [(f"{SITE}/a", 3, True)]
    assert index.find("highest") == ["a"]


def test_a_deleted_post_stays_deleted_when_an_older_write_comes_late(index: Index) -> None:
    index.write(post("a", "Withdrawn", version=1))
    index.write(gone("a", 3))
    written = index.write(post("a", "Withdrawn", version=2))

    assert outcomes(written) == [Outcome.NEWER]
    assert index.find("withdrawn") == []
    assert index.versions() == [(f"{SITE}/a", 3, False)]


def test_a_tombstone_comes_before_its_post(index: Index) -> None:
    index.write(gone("a", 2))
    index.write(post("a", "Too late", version=1))

    assert index.find("late") == []


def test_a_post_can_come_back_with_a_newer_version(index: Index) -> None:
    index.write(post("a", "Restored", version=1))
    index.write(gone("a", 2))
    index.write(post("a", "Restored", version=3))

    assert index.find("restored") == ["a"]


def test_any_order_of_writes_ends_the_same(index: Index) -> None:
    writes = [post("a", "one", version=1), gone("a", 2), post("a", "three", version=3)]
    for number, order in enumerate(itertools.permutations(writes)):
        renamed = [_renamed(write, f"p{number}") for write in order]
        for write in renamed:
            index.write(write)

    assert {version for _, version, _ in index.versions()} == {3}
    assert len(index.find("three")) == 6
    assert index.find("one") == []


def _renamed(write: object, post_id: str) -> object:
    version = write.version  # type: ignore[attr-defined]
    if hasattr(write, "title"):
        return post(post_id, write.title, version=version)
    return gone(post_id, version)


def test_entries_are_paged_by_key(index: Index) -> None:
    ids = ["b", "Z", "a/1", "ä", "日本", "a"]
    index.write(*(post(each, "Text") for each in ids), gone("c", 4))
    keys, after = [], ""
    while page := index.engine.entries(index.name, after=after, size=2):
        assert len(page) <= 2
        keys += [entry.key for entry in page]
        after = page[-1].key

    assert keys == sorted(f"{SITE}/{each}" for each in [*ids, "c"])


def test_an_entry_says_version_and_digest(index: Index) -> None:
    written = post("a", "Text", version=5)
    index.write(written, gone("b", 6))
    first, second = index.engine.entries(index.name, after="", size=10)

    assert (first.version, first.digest) == (5, written.digest)
    assert (second.version, second.digest) == (6, None)


def test_purged_entries_are_gone_for_good(index: Index) -> None:
    index.write(post("a", "Orphan"), post("b", "Orphan too"), gone("c", 2))
    index.engine.purge(index.name, [f"{SITE}/a", f"{SITE}/c", f"{SITE}/never"])

    assert index.versions() == [(f"{SITE}/b", 1, True)]
    assert index.find("orphan") == ["b"]


def test_a_generation_is_made_once(index: Index) -> None:
    index.write(post("a", "Kept"))
    index.engine.create(index.name)

    assert index.find("kept") == ["a"]


def test_generations_tell_name_fingerprint_and_which_is_live(index: Index) -> None:
    other = f"t{uuid4().hex[:12]}"
    index.engine.create(other)
    found = {each.name: each for each in index.engine.generations()}

    assert found[index.name].live
    assert not found[other].live
    assert found[other].fingerprint == index.engine.fingerprint
    assert sum(each.live for each in found.values()) == 1


def test_the_live_generation_cant_be_dropped(index: Index) -> None:
    with pytest.raises(Rejected):
        index.engine.drop(index.name)


def test_a_dropped_generation_is_gone_and_dropping_it_again_is_nothing(index: Index) -> None:
    other = f"t{uuid4().hex[:12]}"
    index.engine.create(other)
    index.engine.write(other, [post("a", "Text")], refresh=True)
    index.engine.drop(other)
    index.engine.drop(other)

    assert other not in {each.name for each in index.engine.generations()}


def test_what_a_building_generation_holds_is_not_found_before_it_is_live(index: Index) -> None:
    index.write(post("a", "Old words"))
    other = f"t{uuid4().hex[:12]}"
    index.engine.create(other)
    index.engine.write(other, [post("b", "New words")], refresh=True)
    assert index.find("words") == ["a"]
    assert index.find("new") == []

    index.engine.promote(other)
    assert index.find("words") == ["b"]
    assert index.find("old") == []


def test_a_generation_that_is_not_there_takes_nothing(index: Index) -> None:
    with pytest.raises(Rejected):
        index.engine.write("tmissing", [post("a", "Text")], refresh=True)
    with pytest.raises(Rejected):
        index.engine.promote("tmissing")


def test_readers_meet_neither_none_nor_two_generations_while_they_swap(index: Index) -> None:
    """Every search in the middle of 20 swaps sees all of one generation's posts."""
    index.write(*(post(f"old{n}", "Shared words") for n in range(5)))
    other = f"t{uuid4().hex[:12]}"
    index.engine.create(other)
    new = [post(f"new{n}", "Shared words") for n in range(5)]
    index.engine.write(other, new, refresh=True)
    with _readers(index.engine, number=3) as seen:
        for name in [other, index.name] * 10:
            index.engine.promote(name)
            index.engine.write(other, new, refresh=False)

    assert seen
    assert set(seen) <= {("new", 5), ("old", 5)}


@contextmanager
def _readers(engine: Engine, *, number: int) -> Iterator[list[object]]:
    """Threads that search until the block ends; what each search saw: kinds of ids, and how many."""
    seen: list[object] = []
    over = threading.Event()

    def read() -> None:
        asked = Search(SITE, parse("shared"), NOW)
        while not over.is_set():
            try:
                hits = engine.search(asked).hits
                seen.append(("".join(sorted({hit.id[:3] for hit in hits})), len(hits)))
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is the finding
                seen.append(error)

    threads = [threading.Thread(target=read) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_it_is_ready(engine: Engine) -> None:
    assert engine.trouble() is None
    assert engine.kind
    assert engine.fingerprint == engine.fingerprint
