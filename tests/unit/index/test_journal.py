"""What readers look for: keystrokes merged, nothing about who asked, clicks counted."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from pipeline.domain.search import parse
from pipeline.index import journal as journal_module
from pipeline.index.journal import Journal
from pipeline.store import queries
from pipeline.store.queries import Asked, AskedRow
from tests.support.world import World


@pytest.fixture
def journal(world: World) -> Journal:
    return Journal(world.database, world.container.ids, world.clock)


def report(world: World, *, empty: bool = False) -> list[Asked]:
    since = world.clock() - timedelta(days=1)
    with world.database.read() as db:
        return queries.report(db, site="blog", since=since, limit=10, empty=empty)


def test_keystrokes_are_one_query(world: World, journal: Journal) -> None:
    for text, total in (("bo", 9), ("borr", 5), ("borrow", 3), ("borro", 3)):
        journal.asked("blog", text, total)
        world.clock.advance(seconds=2)
    journal.flush()
    assert report(world) == [Asked("borro", 1, 3, 0)]


def test_keystrokes_are_one_query_also_across_two_writes(world: World, journal: Journal) -> None:
    journal.asked("blog", "bo", 9)
    journal.flush()
    journal.asked("blog", "borrow", 3)
    journal.flush()
    assert report(world) == [Asked("borrow", 1, 3, 0)]


def test_a_query_after_a_while_is_another(world: World, journal: Journal) -> None:
    journal.asked("blog", "borrow", 3)
    world.clock.advance(seconds=11)
    journal.asked("blog", "borrow checker", 1)
    journal.asked("blog", "borrow", 3)
    journal.flush()
    assert {row.text: row.times for row in report(world)} == {"borrow": 2}


def test_the_same_query_counts_each_time(world: World, journal: Journal) -> None:
    for _ in range(3):
        journal.asked("blog", "Borrow", 0)
    journal.flush()
    assert report(world) == [Asked("borrow", 3, 0, 0)]
    assert report(world, empty=True) == [Asked("borrow", 3, 0, 0)]


def test_the_same_words_while_typing_are_one_query(world: World, journal: Journal) -> None:
    for text in ("rust", "rust", "rust a", "rust async"):
        journal.asked("blog", text, 1, typing=True)
        world.clock.advance(seconds=1)
    journal.flush()
    assert report(world) == [Asked("rust async", 1, 1, 0)]


def test_what_may_name_somebody_is_not_kept(world: World, journal: Journal) -> None:
    for text in ("ada@mail.example comments", "call +44 20 7946 0958", "who@mail.example"):
        journal.asked("blog", text, 1)
        world.clock.advance(minutes=1)
    journal.flush()
    assert {row.text for row in report(world)} == {"call …", "… comments"}


def test_a_click_counts_on_its_query(world: World, journal: Journal) -> None:
    journal.asked("blog", "borrow", 3)
    journal.clicked("blog", "Borrow")
    journal.clicked("blog", "never asked")
    journal.flush()
    assert report(world) == [Asked("borrow", 1, 3, 1)]


def test_a_click_counts_however_its_query_was_written(world: World, journal: Journal) -> None:
    journal.asked("blog", parse("\uff32ust  cafe\u0301").text, 3)
    journal.clicked("blog", "\uff32ust  cafe\u0301")
    journal.flush()
    assert report(world) == [Asked("rust café", 1, 3, 1)]


def test_a_query_no_database_would_hold_is_kept_as_far_as_it_goes(
    world: World, journal: Journal
) -> None:
    journal.asked("blog", "ß" * 500, 0)
    journal.clicked("blog", "nul \x00 in it")
    journal.flush()
    assert report(world) == [Asked("s" * 500, 1, 0, 0)]


def test_what_cant_be_written_does_not_end_the_writing(
    world: World, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, written, write = threading.Event(), threading.Event(), journal.flush

    def flush() -> None:
        if not failed.is_set():
            failed.set()
            raise ValueError
        write()
        written.set()

    monkeypatch.setattr(journal_module, "FLUSH_EVERY_S", 0.01)
    monkeypatch.setattr(journal, "flush", flush)
    journal.asked("blog", "one", 1)
    assert failed.wait(60)
    world.clock.advance(minutes=1)
    journal.asked("blog", "two", 1)
    assert written.wait(60)
    assert {row.text for row in report(world)} == {"one", "two"}
    journal.close()


def test_who_closes_it_waits_for_what_is_being_written(
    world: World, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, free, note = threading.Event(), threading.Event(), queries.note

    def note_late(db: Connection, rows: Sequence[AskedRow]) -> None:
        begun.set()
        free.wait(60)
        note(db, rows)

    monkeypatch.setattr(journal_module, "FLUSH_EVERY_S", 0.01)
    monkeypatch.setattr(queries, "note", note_late)
    journal.asked("blog", "one", 1)
    assert begun.wait(60)
    closing = threading.Thread(target=journal.close)
    closing.start()
    closing.join(0.1)
    assert closing.is_alive()
    free.set()
    closing.join()
    assert report(world) == [Asked("one", 1, 1, 0)]
