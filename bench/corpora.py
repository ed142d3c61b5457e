"""What relevance is measured on: documents, queries, and which documents answer them.

Cranfield has judgements by people: 1,400 abstracts, 225 questions, graded 0 to 4. A blog has none, so
its queries look for a post that is known: words of its title, with a typo, cut off, with its year.
"""

import json
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.processes import ROOT, BenchError
from pipeline.domain.search import Document

DATA = ROOT.parent / "shared" / "data"
SITE = "bench"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST_TYPO = 4
"""Letters of a word that a typo is put into."""
_SAME_DAY = datetime(2020, 1, 1, tzinfo=UTC)
_FRONT_MATTER = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", re.DOTALL)
_DATE = re.compile(r"(\d{4})[/-](\d{2})[/-](\d{2})")


class Query(NamedTuple):
    """A query as a reader types it."""

    id: str
    text: str
    typing: bool = False


class Corpus(NamedTuple):
    """A collection. `answers` gives each query's documents and their gain; 0 is no answer."""

    documents: Sequence[Document]
    queries: Sequence[Query]
    answers: Mapping[str, Mapping[str, int]]


def cranfield(folder: Path = DATA / "cranfield") -> Corpus:
    """Read Cranfield, every document of one day. Raises BenchError where it is not there."""
    if not folder.is_dir():
        raise BenchError(f"there is no Cranfield collection in {folder}")
    documents = [
        document(row["id"], row["title"] or "", row["body"] or "", _SAME_DAY)
        for row in _rows(folder / "docs.jsonl")
    ]
    queries = [Query(row["id"], row["text"]) for row in _rows(folder / "queries.jsonl")]
    answers: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
        query, found, gain = line.split("\t")
        answers[query][found] = int(gain)
    return Corpus(documents, queries, answers)


def blog(folder: Path = DATA / "blog-rust") -> list[Document]:
    """Read the posts of a real blog. Raises BenchError where they are not there."""
    paths = sorted((folder / "posts").rglob("*.md"))
    if not paths:
        raise BenchError(f"there are no posts in {folder}")
    # By its whole path: many are an `index.md` in a folder of their own.
    return [
        post for path in paths if (post := _post(path, str(path.relative_to(folder)))) is not None
    ]


def known_items(documents: Sequence[Document], number: int, *, seed: int) -> dict[str, Corpus]:
    """Write queries for some of the posts, each way of asking as a corpus of its own."""
    chance = random.Random(seed)  # noqa: S311 - the same queries every time
    chosen = chance.sample(documents, min(number, len(documents)))
    ways: dict[str, list[Query]] = defaultdict(list)
    for post in chosen:
        words = re.findall(r"[A-Za-z]{3,}|\d[\d.]*\d", post.title)[:5]
        if len(words) < 2:
            continue
        text = " ".join(words).lower()
        ways["title words"].append(Query(post.id, text))
        ways["with a typo"].append(Query(post.id, misspelt(text, chance)))
        ways["while typing"].append(Query(post.id, text[:-2], typing=True))
        ways["one word and year"].append(
            Query(post.id, f"{max(words, key=len)} year:{post.published_at.year}")
        )
    return {
        way: Corpus(documents, queries, {query.id: {query.id: 1} for query in queries})
        for way, queries in ways.items()
    }


def misspelt(text: str, chance: random.Random) -> str:
    """Put one typo into one word: a letter left out, put in, another, or two swapped."""
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) >= SHORTEST_TYPO and word.isalpha()]
    if not long:
        return text
    at = chance.choice(long)
    word, letter = words[at], chance.choice(LETTERS)
    cut = chance.randrange(1, len(word))
    words[at] = chance.choice(
        [
            word[:cut] + word[cut + 1 :],
            word[:cut] + letter + word[cut:],
            word[:cut] + letter + word[cut + 1 :],
            word[: cut - 1] + word[cut] + word[cut - 1] + word[cut + 1 :],
        ]
    )
    return " ".join(words)


def document(post_id: str, title: str, body: str, published_at: datetime) -> Document:
    """A document as a builder would write it."""
    return Document(
        key=f"{SITE}/{post_id}",
        version=1,
        digest=post_id,
        site=SITE,
        id=post_id,
        url=f"/{post_id}/",
        title=title,
        body=body,
        published_at=published_at,
        language="en",
    )


def _post(path: Path, id_: str) -> Document | None:
    """A post with front matter and a date; None for a page without."""
    found = _FRONT_MATTER.match(path.read_text())
    if found is None:
        return None
    front = tomllib.loads(found[1])
    date = _DATE.search(front.get("path", "")) or _DATE.search(path.name)
    if date is None or "title" not in front:
        return None
    year, month, day = map(int, date.groups())
    return document(id_, front["title"], found[2], datetime(year, month, day, tzinfo=UTC))


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
