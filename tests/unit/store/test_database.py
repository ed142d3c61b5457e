"""Connections that threads keep."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from pipeline.store.database import Database
from tests.support.databases import migrated_sqlite


def test_threads_that_come_and_go_use_up_no_connections(tmp_path: Path) -> None:
    """A pool of 64 would be empty after 64 of them, if each took its connection along."""
    database = migrated_sqlite(tmp_path / "a.db")
    seen: list[int] = []

    def read() -> None:
        with database.read() as db:
            seen.append(db.execute(text("SELECT 1")).scalar_one())

    for _ in range(200):
        thread = threading.Thread(target=read)
        thread.start()
        thread.join(timeout=60)
    assert seen == [1] * 200
    database.close()


def test_many_threads_at_once_read_together(tmp_path: Path) -> None:
    database = migrated_sqlite(tmp_path / "a.db")
    meet = threading.Barrier(40)
    seen: list[int] = []

    def read() -> None:
        with database.read() as db:
            meet.wait(timeout=60)
            seen.append(db.execute(text("SELECT 1")).scalar_one())

    threads = [threading.Thread(target=read) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(seen) == 40
    database.close()


def test_a_transaction_inside_another_reads_what_was_committed(tmp_path: Path) -> None:
    database = migrated_sqlite(tmp_path / "a.db")
    with database.read() as outer, database.read() as inner:
        assert outer is not inner
    database.close()


@pytest.mark.services
def test_kept_connections_that_the_server_closed_are_replaced_before_their_use(
    postgres_url: str,
) -> None:
    """Each thread keeps three: after a restart, none of them is a failure of its own."""
    database, other = Database(postgres_url), Database(postgres_url)
    ways = (database.write, database.write_relaxed, database.read)
    before = [_backend(way) for way in ways]
    with other.write() as db:
        for pid in before:
            db.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    assert not set(before) & {_backend(way) for way in ways}
    for each in (database, other):
        each.close()


def _backend(way: Callable[[], AbstractContextManager[Connection]]) -> int:
    with way() as db:
        return int(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
