"""Posts like a post: those that share what tells it apart, asked for as a weighted query."""

import heapq
import sqlite3
from collections.abc import Mapping

from pipeline.domain.search import Hit
from pipeline.index.fts5 import best
from pipeline.index.fts5.asking import Unit
from pipeline.index.fts5.postings import Postings
from pipeline.index.fts5.ranking import Ranking
from pipeline.index.fts5.showing import Marks, hits
from pipeline.index.fts5.vocabulary import Vocabulary
from pipeline.index.fts5.weighing import Weights

TERMS = 15
"""Terms that a post is compared by."""
LEAST_SHARED = 2
"""Terms that two posts must share to be alike; one is a coincidence."""


def related(db: sqlite3.Connection, g: str, weights: Weights, key: str, *, size: int) -> list[Hit]:
    """The likest first; empty where the post is not there."""
    snapshot = weights.snapshot
    post = snapshot.find(key)
    if post is None:
        return []
    ranking = Ranking(weights, Postings(db, g))
    language, site = snapshot.languages[post], snapshot.sites[post]
    vocabulary = Vocabulary(db, g, (language,), weights.stems)
    scores: dict[int, float] = {}
    shared: dict[int, int] = {}
    terms = best.read(db, g, [post])[0].terms
    posts = vocabulary.posts_of_stems(language, terms)
    for stem, weight in _telling(terms, posts, ranking).items():
        words = tuple((word, 1.0) for word in vocabulary.of_stem(language, stem))
        found = ranking.unit(Unit(words))
        for other, score in zip(found.posts, found.scores, strict=True):
            scores[other] = scores.get(other, 0.0) + weight * score
            shared[other] = shared.get(other, 0) + 1
    alike = [
        other
        for other in scores
        if other != post and shared[other] >= LEAST_SHARED and snapshot.sites[other] == site
    ]
    page = heapq.nsmallest(size, alike, key=lambda other: (-scores[other], snapshot.keys[other]))
    return list(hits(db, g, [(other, scores[other]) for other in page], Marks(frozenset())))


def _telling(
    terms: Mapping[str, int], posts: Mapping[str, int], ranking: Ranking
) -> dict[str, float]:
    """The most telling terms: often in the post, seldom elsewhere; 1 for the first."""
    worth = {
        term: times * ranking.idf(posts[term])
        for term, times in terms.items()
        if posts.get(term, 0) > 1
    }
    ranked = sorted(worth.items(), key=lambda term: (-term[1], term[0]))[:TERMS]
    return {term: value / ranked[0][1] for term, value in ranked}
