"""Writes into one generation: newest version wins, tombstones stay, the vocabulary is kept exact."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from pipeline.domain.search import Document
from pipeline.index.engine import Entry, Outcome, Write, Written
from pipeline.index.fts5.analysis import Analysed, analyse
from pipeline.index.fts5.schema import FIELDS, Row

_HOLES = ", ".join("?" * len(FIELDS))


class Known(NamedTuple):
    """What is there already. `digest` is None for a tombstone."""

    number: int
    version: int
    digest: str | None


class Batch:
    """Writes of one transaction into one generation. `finish` it before the commit."""

    def __init__(self, db: sqlite3.Connection, generation: Row) -> None:
        self._db, self._g = db, generation.prefix
        self._number = generation.number
        self._changes = generation.changes + 1
        self._posts: Counter[str] = Counter()
        self._forms: set[tuple[str, str, str]] = set()
        self._touched = False

    def write(self, write: Write) -> Written:
        """Keep it, unless a newer version is there."""
        known = self._known(write.key)
        if known is not None and known.version > write.version:
            return Written(write.key, Outcome.NEWER)
        if isinstance(write, Document):
            try:
                self._store(write, known)
            except UnicodeEncodeError as error:
                return Written(write.key, Outcome.REFUSED, f"a text of it is no Unicode: {error}")
        else:
            self._bury(write.key, write.version, known)
        return Written(write.key, Outcome.STORED)

    def purge(self, key: str) -> None:
        """Take the entry out, whatever it is."""
        known = self._known(key)
        if known is None:
            return
        if known.digest is not None:
            self._unwrite(known.number)
        self._do(f"DELETE FROM {self._g}_post WHERE id = ?", known.number)
        # A row that is gone tells nobody that it changed: readers begin anew.
        self._do("UPDATE generation SET epoch = epoch + 1 WHERE number = ?", self._number)

    def finish(self) -> None:
        """Bring the vocabulary up to date, and tell readers that there is something new."""
        changed = sorted((word, by) for word, by in self._posts.items() if by)
        self._db.executemany(
            f"INSERT INTO {self._g}_word VALUES (?, ?)"
            " ON CONFLICT (word) DO UPDATE SET posts = posts + excluded.posts",
            changed,
        )
        self._db.executemany(
            f"DELETE FROM {self._g}_word WHERE word = ? AND posts <= 0",
            [(word,) for word, by in changed if by < 0],
        )
        self._db.executemany(
            f"INSERT OR IGNORE INTO {self._g}_form VALUES (?, ?, ?)",
            sorted(self._forms),
        )
        if self._touched:
            self._do(
                "UPDATE generation SET changes = ? WHERE number = ?", self._changes, self._number
            )

    def forget_words(self) -> None:
        """Delete the forms of words that stand in no post any more."""
        self._do(f"DELETE FROM {self._g}_form WHERE word NOT IN (SELECT word FROM {self._g}_word)")

    def _store(self, document: Document, known: Known | None) -> None:
        if known is not None and known.digest == document.digest:
            self._do(
                f"UPDATE {self._g}_post SET version = ? WHERE id = ?",
                document.version,
                known.number,
            )
            return
        encoded, analysed = msgspec.msgpack.encode(document), analyse(document)
        if known is not None and known.digest is not None:
            self._unwrite(known.number)
        number = self._put(known, self._row(document, analysed))
        self._do(f"INSERT INTO {self._g}_text VALUES (?, ?, ?)", number, encoded, analysed.spans)
        self._do(
            f"INSERT INTO {self._g}_words (rowid, {', '.join(FIELDS)}) VALUES (?, {_HOLES})",
            number,
            *analysed.columns,
        )
        self._count(analysed.words, 1)
        self._forms.update((document.language, stem, word) for stem, word in analysed.forms)

    def _put(self, known: Known | None, row: tuple[object, ...]) -> int:
        """Write the post's row, in the place of the one that is known; its id."""
        holes = ", ".join("?" * (len(row) + 1))
        number = known.number if known else None
        made = self._do(f"REPLACE INTO {self._g}_post VALUES ({holes})", number, *row)
        return int(made.lastrowid or 0)

    def _row(self, document: Document, analysed: Analysed) -> tuple[object, ...]:
        return (
            document.key,
            document.version,
            document.digest,
            self._changes,
            document.site,
            document.id,
            document.language,
            document.published_at.timestamp(),
            document.section,
            msgspec.json.encode(document.tags).decode(),
            msgspec.json.encode(analysed.lengths).decode(),
            msgspec.json.encode(analysed.terms).decode(),
        )

    def _bury(self, key: str, version: int, known: Known | None) -> None:
        if known is not None and known.digest is not None:
            self._unwrite(known.number)
        number = known.number if known is not None else None
        self._do(
            f"REPLACE INTO {self._g}_post (id, key, version, changed) VALUES (?, ?, ?, ?)",
            *(number, key, version, self._changes),
        )
        self._touched = True

    def _unwrite(self, number: int) -> None:
        columns: tuple[str, ...] | None = self._do(
            f"SELECT {', '.join(FIELDS)} FROM {self._g}_words WHERE rowid = ?", number
        ).fetchone()
        if columns is not None:
            self._count({word for column in columns for word in column.split()}, -1)
        self._do(f"DELETE FROM {self._g}_words WHERE rowid = ?", number)
        self._do(f"DELETE FROM {self._g}_text WHERE id = ?", number)

    def _count(self, words: Iterable[str], by: int) -> None:
        self._touched = True
        for word in words:
            self._posts[word] += by

    def _do(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._db.execute(statement, values)

    def _known(self, key: str) -> Known | None:
        row = self._do(
            f"SELECT id, version, digest FROM {self._g}_post WHERE key = ?", key
        ).fetchone()
        return Known(*row) if row else None


def entries(db: sqlite3.Connection, generation: Row, *, after: str, size: int) -> list[Entry]:
    """By key, past `after`."""
    rows: Sequence[tuple[str, int, str | None]] = db.execute(
        f"SELECT key, version, digest FROM {generation.prefix}_post WHERE key > ?"
        " ORDER BY key LIMIT ?",
        (after, size),
    ).fetchall()
    return [Entry(*row) for row in rows]
