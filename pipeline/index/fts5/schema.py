"""The tables: one list of generations, and for each generation a set of its own.

A generation `n` is: gN_post (what a post is and how long its fields are), gN_text (what is shown of
it), gN_words (FTS5: the folded words of its fields, in order), gN_instance (FTS5's own view of where
each word stands), gN_word (the vocabulary: in how many posts each word is) and gN_form (which words
are forms of one stem). FTS5 gets words that are already cut and folded, so its tokenizer only parts
them at blanks.
"""

import hashlib
import sqlite3
import string
import sys
from typing import NamedTuple

from pipeline.domain.language import TWO_PARTS, VERSION
from pipeline.errors import Rejected, Transient

FIELDS = "thgsbc"
"""Columns of gN_words: title, headings, tags, summary, body, comments. One letter each: fts5vocab
names them in every instance it gives."""
_SHAPE = 1
"""Counted up with every change of these tables or of what is written into them: a generation of
another shape can't be read or written, only replaced."""

_SIGNS = "".join(sign for sign in string.punctuation if sign not in "\"'")

_GENERATIONS = """
CREATE TABLE IF NOT EXISTS generation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    live INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0
)"""

_TABLES = (
    """CREATE TABLE {g}_post (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, digest TEXT,
        changed INTEGER NOT NULL, site TEXT, post_id TEXT, language TEXT, published REAL,
        section TEXT, tags TEXT, lengths BLOB, terms TEXT
    )""",
    "CREATE INDEX {g}_post_changed ON {g}_post (changed)",
    "CREATE TABLE {g}_text (id INTEGER PRIMARY KEY, document BLOB NOT NULL, spans BLOB NOT NULL)",
    "CREATE VIRTUAL TABLE {g}_words USING fts5({fields}, tokenize=\"ascii tokenchars '{signs}'\")",
    "CREATE VIRTUAL TABLE {g}_instance USING fts5vocab({g}_words, instance)",
    "CREATE TABLE {g}_word (word TEXT PRIMARY KEY, posts INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE {g}_form (
        language TEXT NOT NULL, stem TEXT NOT NULL, word TEXT NOT NULL,
        PRIMARY KEY (language, stem, word)
    ) WITHOUT ROWID""",
)
_DROPPED = ("instance", "words", "text", "word", "form", "post")

_CONTENT = hashlib.sha256(
    repr((_TABLES, FIELDS, _SIGNS, VERSION, TWO_PARTS.pattern, sys.byteorder)).encode()
)
FINGERPRINT = f"{_SHAPE}-{_CONTENT.hexdigest()[:16]}"


class Row(NamedTuple):
    """A row of the list of generations. `epoch` and `changes` grow with what is written into it."""

    number: int
    name: str
    fingerprint: str
    live: bool
    epoch: int
    changes: int

    @property
    def prefix(self) -> str:
        """What the names of its tables begin with. Raises Transient for another version's tables."""
        if self.fingerprint.partition("-")[0] != str(_SHAPE):
            raise Transient(
                f"generation {self.name!r} was written by another version of Afterword: rebuild the"
                " index"
            )
        return f"g{self.number}"


_COLUMNS = "number, name, fingerprint, live, epoch, changes"


def listed(db: sqlite3.Connection) -> list[Row]:
    """Every generation, by name."""
    if not _has_list(db):
        return []
    rows = db.execute(f"SELECT {_COLUMNS} FROM generation ORDER BY name")
    return [Row(*row) for row in rows]


def live(db: sqlite3.Connection) -> Row | None:
    """The one that readers ask."""
    return next((row for row in listed(db) if row.live), None)


def named(db: sqlite3.Connection, name: str) -> Row:
    """Raises Rejected where there is none of this name."""
    for row in listed(db):
        if row.name == name:
            return row
    raise Rejected(f"the search index has no generation {name!r}: create it first")


def create(db: sqlite3.Connection, name: str) -> None:
    """Make a generation's tables, unless they are there."""
    db.execute(_GENERATIONS)
    if any(row.name == name for row in listed(db)):
        return
    made = db.execute(
        "INSERT INTO generation (name, fingerprint) VALUES (?, ?)", (name, FINGERPRINT)
    )
    for statement in _TABLES:
        db.execute(statement.format(g=f"g{made.lastrowid}", fields=", ".join(FIELDS), signs=_SIGNS))


def promote(db: sqlite3.Connection, name: str) -> None:
    """Raises Rejected where there is none of this name."""
    number = named(db, name).number
    db.execute("UPDATE generation SET live = (number = ?)", (number,))


def drop(db: sqlite3.Connection, name: str) -> bool:
    """Whether there was one. Raises Rejected for the live one."""
    found = next((row for row in listed(db) if row.name == name), None)
    if found is None:
        return False
    if found.live:
        raise Rejected(f"generation {name!r} is the one that readers ask: promote another first")
    for table in _DROPPED:
        db.execute(f"DROP TABLE IF EXISTS g{found.number}_{table}")
    db.execute("DELETE FROM generation WHERE number = ?", (found.number,))
    return True


def _has_list(db: sqlite3.Connection) -> bool:
    found = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'generation'")
    return found.fetchone() is not None
