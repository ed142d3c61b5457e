"""The best posts of a search, read so that they can be put into a finer order."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

DEPTH = 50
"""Posts that are reordered: five pages of ten."""

Terms = dict[str, int]
"""The stems that tell a post apart, and how often it has each."""

_TERMS = msgspec.json.Decoder(Terms)


class Best(NamedTuple):
    """One of the best posts, and its terms."""

    post: int
    terms: Terms


def read(db: sqlite3.Connection, g: str, posts: Iterable[int]) -> list[Best]:
    """What reordering needs of each of the posts."""
    rows = db.execute(
        f"SELECT p.id, p.terms FROM json_each(?) CROSS JOIN {g}_post p ON p.id = value",
        (msgspec.json.encode(list(posts)).decode(),),
    )
    return [Best(post, _TERMS.decode(terms)) for post, terms in rows]
