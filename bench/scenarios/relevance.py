"""What the embedded search engine finds, and what a search costs it.

Everything goes the way of a reader's query: `parse`, then `Engine.search`, page by page. The embedded
engine needs no server, so it is asked in this process.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from bench import corpora
from bench.context import Context
from bench.corpora import Corpus, Query
from bench.relevance import mean, ndcg, recall, reciprocal_rank
from bench.table import Row
from pipeline.domain.search import Document, Page, Search, parse
from pipeline.index.fts5 import Fts5Engine

NAME = "relevance"
SEED = 7
DEPTH = 100
"""Hits that are read of each query."""
NDCG, RECALL = 0.370, 0.70
MOST_LOST_ON_CLEAN, MOST_LOST_TO_TYPOS = 0.02, 0.03
NOW = datetime(2026, 9, 1, tzinfo=UTC)
BATCH = 200
GENERATION = "bench"


def run(context: Context) -> list[Row]:
    """Rank Cranfield's questions, clean and misspelt; look for a blog's posts; time both."""
    return [*_cranfield(context), *_blog(context)]


def _cranfield(context: Context) -> list[Row]:
    corpus = corpora.cranfield()
    queries = corpus.queries[: context.size(225, 25)]
    corpus = corpus._replace(
        queries=queries, answers={query.id: corpus.answers[query.id] for query in queries}
    )
    context.say(f"relevance: {len(queries)} questions of Cranfield, three times")
    chance = random.Random(SEED)  # noqa: S311 - the same typos every time
    engine = fill(context.fresh("cranfield"), corpus.documents)
    clean = ask(engine, corpus.queries)
    typing = ask(
        engine, [query._replace(text=query.text.rstrip(" ."), typing=True) for query in queries]
    )
    typos = ask(
        engine, [query._replace(text=corpora.misspelt(query.text, chance)) for query in queries]
    )
    engine.close()
    best, found = mean(ndcg, clean, corpus.answers), mean(recall, clean, corpus.answers)
    return [
        _at_least("nDCG@10, Cranfield", best, NDCG),
        _at_least("recall@100, Cranfield", found, RECALL),
        _lost(
            "nDCG@10 lost while typing",
            mean(ndcg, typing, corpus.answers) / best,
            MOST_LOST_ON_CLEAN,
        ),
        _lost(
            "recall@100 lost to one typo",
            mean(recall, typos, corpus.answers) / found,
            MOST_LOST_TO_TYPOS,
        ),
    ]


def _blog(context: Context) -> list[Row]:
    posts = corpora.blog()
    context.say(f"relevance: {len(posts)} posts of a blog, looked for in four ways")
    began = perf_counter()
    engine = fill(context.fresh("blog"), posts)
    rate = len(posts) / (perf_counter() - began)
    rows = [Row(NAME, "posts indexed", rate, "/s", "-", None)]
    for way, corpus in corpora.known_items(posts, context.size(200, 30), seed=SEED).items():
        rows.append(_known(engine, way, corpus))
    rows.append(_cost(engine, corpora.known_items(posts, 200, seed=SEED)["title words"].queries))
    engine.close()
    return rows


def fill(place: Path, documents: Sequence[Document]) -> Fts5Engine:
    """Index documents in a new file."""
    engine = Fts5Engine(place / "search.db")
    engine.create(GENERATION)
    for first in range(0, len(documents), BATCH):
        engine.write(GENERATION, documents[first : first + BATCH], refresh=False)
    engine.promote(GENERATION)
    return engine


def ask(engine: Fts5Engine, queries: Sequence[Query]) -> dict[str, list[str]]:
    """Give the ids of each query's first hits, best first."""
    return {query.id: _ranking(engine, query) for query in queries}


def _ranking(engine: Fts5Engine, query: Query) -> list[str]:
    found: list[str] = []
    after: Page | None = None
    while len(found) < DEPTH:
        page = engine.search(_search(query, size=50, after=after))
        found += [hit.id for hit in page.hits]
        after = page.next
        if after is None:
            break
    return found


def _search(query: Query, *, size: int, after: Page | None = None) -> Search:
    read = parse(query.text, typing=query.typing)
    return Search(corpora.SITE, read, NOW, size=size, after=after)


def _known(engine: Fts5Engine, way: str, corpus: Corpus) -> Row:
    value = mean(reciprocal_rank, ask(engine, corpus.queries), corpus.answers)
    return Row(NAME, f"MRR@10 of a known post, {way}", value, "", "-", None)


def _cost(engine: Fts5Engine, queries: Sequence[Query]) -> Row:
    began = process_time()
    for query in queries:
        engine.search(_search(query, size=10))
    spent = 1000 * (process_time() - began) / len(queries)
    return Row(NAME, "processor time of a search", spent, "ms", "-", None)


def _at_least(what: str, value: float, least: float) -> Row:
    return Row(NAME, what, value, "", f">= {least:.3f}", value >= least, note=f"{value:.4f}")


def _lost(what: str, kept: float, most: float) -> Row:
    lost = 100 * (1 - kept)
    return Row(NAME, what, lost, "%", f"<= {100 * most:.0f} %", lost <= 100 * most)
