"""What a search engine finds, and what a search costs.

Everything goes the way of a reader's query: `parse`, then `Engine.search`, page by page, from this
process: no web server stands between.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench import corpora, elasticsearch_server
from bench.context import Context
from bench.corpora import Query
from bench.relevance import mean, ndcg, recall, reciprocal_rank
from bench.table import Row
from pipeline.domain.search import Document, Page, Search, parse
from pipeline.index.elastic import ElasticEngine
from pipeline.index.engine import Engine
from pipeline.index.fts5 import Fts5Engine

SEED = 7
DEPTH = 100
"""Hits that are read of each query."""
RECALL = 0.70
MOST_LOST_ON_CLEAN, MOST_LOST_TO_TYPOS = 0.02, 0.03
NOW = datetime(2026, 9, 1, tzinfo=UTC)
BATCH = 200
GENERATION = "bench"


class Measured(NamedTuple):
    """An engine under test: its scenario, the least nDCG@10, and how an empty one is made."""

    scenario: str
    ndcg: float
    make: Callable[[Path], Engine]
    """Given the name of a place nothing was stored at."""


def run_fts5(context: Context) -> list[Row]:
    """Measure the embedded engine."""
    return _run(
        context, Measured("relevance", 0.370, lambda place: Fts5Engine(place / "search.db"))
    )


def run_elasticsearch(context: Context) -> list[Row]:
    """Measure Elasticsearch."""
    with elasticsearch_server.serve() as server:

        def make(place: Path) -> Engine:
            return ElasticEngine(server._replace(prefix=f"{server.prefix}-{place.name}"))

        return _run(context, Measured("relevance-elasticsearch", 0.385, make))


def _run(context: Context, measured: Measured) -> list[Row]:
    """Rank Cranfield's questions, clean and misspelt; look for a blog's posts; time both."""
    return [*_cranfield(context, measured), *_blog(context, measured)]


def _cranfield(context: Context, measured: Measured) -> list[Row]:
    corpus = corpora.cranfield()
    queries = corpus.queries[: context.size(225, 25)]
    answers = {query.id: corpus.answers[query.id] for query in queries}
    context.say(f"{measured.scenario}: {len(queries)} questions of Cranfield, three times")
    chance = random.Random(SEED)  # noqa: S311 - the same typos every time
    halves = [query._replace(text=query.text.rstrip(" ."), typing=True) for query in queries]
    misspelt = [query._replace(text=corpora.misspelt(query.text, chance)) for query in queries]
    engine = filled(measured.make(context.fresh("cranfield")), corpus.documents)
    clean, typing, typos = (ask(engine, each) for each in (queries, halves, misspelt))
    engine.close()
    best, found = mean(ndcg, clean, answers), mean(recall, clean, answers)
    while_typing = mean(ndcg, typing, answers) / best
    with_typo = mean(recall, typos, answers) / found
    name = measured.scenario
    return [
        _at_least(name, "nDCG@10, Cranfield", best, measured.ndcg),
        _at_least(name, "recall@100, Cranfield", found, RECALL),
        _lost(name, "nDCG@10 lost while typing", while_typing, MOST_LOST_ON_CLEAN),
        _lost(name, "recall@100 lost to one typo", with_typo, MOST_LOST_TO_TYPOS),
    ]


def _blog(context: Context, measured: Measured) -> list[Row]:
    posts = corpora.blog()
    name = measured.scenario
    context.say(f"{name}: {len(posts)} posts of a blog, looked for in four ways")
    engine = measured.make(context.fresh("blog"))
    began = perf_counter()
    filled(engine, posts)
    rate = len(posts) / (perf_counter() - began)
    rows = [Row(name, "posts indexed", rate, "/s", "-", None)]
    for way, corpus in corpora.known_items(posts, context.size(200, 30), seed=SEED).items():
        value = mean(reciprocal_rank, ask(engine, corpus.queries), corpus.answers)
        rows.append(Row(name, f"MRR@10 of a known post, {way}", value, "", "-", None))
    spent = _spent(engine, corpora.known_items(posts, 200, seed=SEED)["title words"].queries)
    rows.append(Row(name, "time of a search, one client", spent, "ms", "-", None))
    engine.close()
    return rows


def filled(engine: Engine, documents: Sequence[Document]) -> Engine:
    """Index documents in a new generation and make it live."""
    engine.create(GENERATION)
    for first in range(0, len(documents), BATCH):
        engine.write(GENERATION, documents[first : first + BATCH], refresh=False)
    engine.entries(GENERATION, after="", size=1)  # what was written can be found from here on
    engine.promote(GENERATION)
    return engine


def ask(engine: Engine, queries: Sequence[Query]) -> dict[str, list[str]]:
    """Give the ids of each query's first hits, best first."""
    return {query.id: _ranking(engine, query) for query in queries}


def _ranking(engine: Engine, query: Query) -> list[str]:
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


def _spent(engine: Engine, queries: Sequence[Query]) -> float:
    """Milliseconds a search takes."""
    began = perf_counter()
    for query in queries:
        engine.search(_search(query, size=10))
    return 1000 * (perf_counter() - began) / len(queries)


def _at_least(name: str, what: str, value: float, least: float) -> Row:
    return Row(name, what, value, "", f">= {least:.3f}", value >= least, note=f"{value:.4f}")


def _lost(name: str, what: str, kept: float, most: float) -> Row:
    lost = 100 * (1 - kept)
    return Row(name, what, lost, "%", f"<= {100 * most:.0f} %", lost <= 100 * most)
