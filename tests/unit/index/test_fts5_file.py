"""The embedded engine's file: made late, shared by processes, thrown away, damaged, given back."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Transient
from pipeline.index.fts5 import Fts5Engine
from tests.support.examples import SHARED
from tests.support.posts import Index, gone, post

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def filled(path: Path, *, posts: int = 3) -> Index:
    engine = Fts5Engine(path)
    engine.create("one")
    engine.promote("one")
    index = Index(engine, "one")
    index.write(*(post(f"p{n}", "Shared words", "Some text. " * 200) for n in range(posts)))
    return index


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    Fts5Engine(tmp_path / "home" / "search.db")

    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_finds_nothing_and_is_ready(tmp_path: Path) -> None:
    index = Index(Fts5Engine(tmp_path / "search.db"), "one")

    assert index.engine.trouble() is None
    assert index.engine.generations() == []
    assert index.find("anything") == []
    assert index.engine.related("blog", "a", size=3) == []


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    filled(tmp_path / "search.db")

    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_second_process_sees_what_the_first_wrote(tmp_path: Path) -> None:
    writer = filled(tmp_path / "search.db")
    reader = Index(Fts5Engine(tmp_path / "search.db"), "one")
    assert len(reader.find("shared")) == 3

    writer.write(post("p9", "Shared words"), gone("p0", 2))
    assert set(reader.find("shared")) == {"p1", "p2", "p9"}

    writer.engine.purge("one", ["blog/p1"])
    assert set(reader.find("shared")) == {"p2", "p9"}


def test_a_fork_uses_no_connection_of_its_parent(tmp_path: Path) -> None:
    index = filled(tmp_path / "search.db")
    assert index.find("shared")
    child = os.fork()
    if child == 0:
        index.write(post("child", "Shared words"))
        os._exit(0 if len(index.find("shared")) == 4 else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert len(index.find("shared")) == 4


@pytest.mark.parametrize("damage", [b"not a database at all" * 400, b"\xff" * 4096])
def test_a_damaged_file_says_so_and_can_be_thrown_away(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "search.db"
    filled(path).engine.close()
    for name in ("search.db-wal", "search.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    path.write_bytes(damage + path.read_bytes()[len(damage) :])
    engine = Fts5Engine(path)

    assert engine.trouble()
    with pytest.raises(Transient, match=r"search\.db is damaged .* rebuild the index") as failed:
        Index(engine, "one").find("shared")
    assert failed.value.delay == 300

    engine.remove()
    engine.create("two")
    assert engine.trouble() is None


def test_damage_below_the_first_page_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    filled(path, posts=50).engine.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\x5a" * (len(content) - 4096))

    with pytest.raises(Transient, match="damaged"):
        Index(Fts5Engine(path), "one").find("shared")


def test_who_has_the_file_open_notices_that_it_was_thrown_away(tmp_path: Path) -> None:
    index = filled(tmp_path / "search.db")
    assert index.find("shared")
    Fts5Engine(tmp_path / "search.db").remove()

    assert index.engine.generations() == []
    assert index.find("shared") == []


def test_a_dropped_generation_gives_its_space_back(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    index = filled(path)
    small = path.stat().st_size
    index.engine.create("two")
    index.engine.write(
        "two", [post(f"q{n}", "Text", "Words. " * 3000) for n in range(50)], refresh=True
    )
    index.engine.drop("two")

    assert path.stat().st_size < small + 100_000


def test_a_writer_that_waits_too_long_may_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.index.fts5.file.BUSY_SECONDS", 0.05)
    index = filled(tmp_path / "search.db")
    other = sqlite3.connect(tmp_path / "search.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    index.engine.close()

    with pytest.raises(Transient, match="can't be used now"):
        index.write(post("p9", "Waits"))
    other.execute("ROLLBACK")
    other.close()
    index.write(post("p9", "Waits"))
    assert index.find("waits") == ["p9"]


def test_threads_share_an_engine(tmp_path: Path) -> None:
    index = filled(tmp_path / "search.db")
    found: list[int] = []

    def work(number: int) -> None:
        index.write(post(f"t{number}", "Shared words"))
        found.append(len(index.find("shared", size=50)))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 12
    assert max(found) == 15
    assert len(index.find("shared", size=50)) == 15


def test_an_unwritable_text_is_refused_and_the_others_are_stored(tmp_path: Path) -> None:
    index = filled(tmp_path / "search.db")
    bad, good = index.write(post("bad", "Half of a pair: \ud83c"), post("good", "Whole words"))

    assert (bad.outcome, good.outcome) == ("refused", "stored")
    assert "Unicode" in bad.reason
    assert index.find("whole") == ["good"]


def test_an_unchanged_post_keeps_what_is_there_and_takes_the_version(tmp_path: Path) -> None:
    index = filled(tmp_path / "search.db", posts=1)
    index.write(post("p0", "Shared words", "Some text. " * 200, version=5))

    assert index.versions() == [("blog/p0", 5, True)]
    assert index.find("shared") == ["p0"]


def test_a_generation_of_another_version_says_so_and_can_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    index = filled(path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE generation SET fingerprint = '0-older'")
    db.close()

    with pytest.raises(Transient, match="another version of Afterword: rebuild"):
        index.find("shared")
    assert index.engine.generations()[0].fingerprint != index.engine.fingerprint

    index.engine.create("two")
    index.engine.write("two", [post("p0", "Shared words")], refresh=True)
    index.engine.promote("two")
    index.engine.drop("one")
    assert index.find("shared") == ["p0"]


WRITES = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.integers(1, 9),
        st.none()
        | st.lists(st.sampled_from(["rust", "rusty", "tokio", "cafe", "café", "日本"]), max_size=4),
    ),
    max_size=14,
)


@settings(SHARED, max_examples=25)
@given(WRITES)
def test_any_history_ends_in_the_index_of_its_last_state(
    tmp_path: Path, history: list[tuple[str, int, list[str] | None]]
) -> None:
    index = _history(tmp_path / "long.db", history)
    last: dict[str, tuple[str, int, list[str] | None]] = {}
    for each in history:
        if each[0] not in last or each[1] >= last[each[0]][1]:
            last[each[0]] = each
    fresh = _history(tmp_path / "short.db", list(last.values()))

    assert _vocabulary(tmp_path / "long.db") == _vocabulary(tmp_path / "short.db")
    for query in ("rust", "rusty tokio", "cafe", "日本", ""):
        ours, theirs = index.ask(query), fresh.ask(query)
        assert ours.total == theirs.total
        assert {hit.id: hit.score for hit in ours.hits} == {
            hit.id: hit.score for hit in theirs.hits
        }
    for made in (index, fresh):
        made.engine.remove()  # type: ignore[attr-defined]


def _history(path: Path, writes: list[tuple[str, int, list[str] | None]]) -> Index:
    """An index with these writes, searched after each, so that its columns grow step by step."""
    index = filled(path, posts=0)
    for post_id, version, words in writes:
        if words is None:
            index.write(gone(post_id, version))
        else:
            index.write(post(post_id, "Title", " ".join(words), version=version))
        index.find("rust")
    return index


def _vocabulary(path: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(path) as db:
        words = db.execute("SELECT word, posts FROM g1_word ORDER BY word").fetchall()
    db.close()
    return words
