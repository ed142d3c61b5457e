"""One search, inside one read transaction: look up, match, rank, count, show."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from pipeline.domain.language import fold, stems
from pipeline.domain.search import Facets, Found, Page, Query, Search
from pipeline.domain.search.synonyms import Synonyms
from pipeline.index.fts5 import asking, best, feedback, ranking, spelling
from pipeline.index.fts5.asking import Asked, Unit
from pipeline.index.fts5.postings import Postings
from pipeline.index.fts5.proximity import Proximity
from pipeline.index.fts5.ranking import Ranking
from pipeline.index.fts5.showing import Marks, hits
from pipeline.index.fts5.vocabulary import Vocabulary
from pipeline.index.fts5.weighing import Weights

MOST_FACETS = 50
"""Values of a facet that are told, the most frequent."""
DIGITS = 6
"""Digits of a score: what lies below may differ between two processes' additions."""


class Matches(NamedTuple):
    """Every post that was found, and its score."""

    scores: dict[int, float]
    asked: Asked


class Searching:
    """One search of one generation; `db` has a transaction open."""

    def __init__(
        self,
        db: sqlite3.Connection,
        g: str,
        weights: Weights,
        search: Search,
        synonyms: Synonyms,
    ) -> None:
        self._db, self._g, self._weights, self._search = db, g, weights, search
        self._synonyms = synonyms
        self._posts = weights.snapshot
        self._languages = self._posts.languages_of(search.site)
        self._vocabulary = Vocabulary(db, g, self._languages, weights.stems)
        self._postings = Postings(db, g)
        self._ranking = Ranking(weights, self._postings)
        self._proximity = Proximity(self._postings, weights.kept)

    def found(self) -> Found:
        """The answer."""
        if not self._languages:  # the site has no post
            return Found(0, (), Facets({}, {}, {}) if self._search.facets else None, None, None)
        query = self._search.query
        matches = self._matches(query) if query.asks_for_text else self._newest(query)
        page, after = self._page(matches.scores)
        marks = Marks(matches.asked.terms, matches.asked.sequences)
        return Found(
            total=len(matches.scores),
            hits=tuple(hits(self._db, self._g, page, marks)),
            facets=self._facets(matches.scores) if self._search.facets else None,
            did_you_mean=self._did_you_mean(matches.asked),
            next=after,
        )

    def _newest(self, query: Query) -> Matches:
        """A query without words: what it narrows down to, scored by the time of publication."""
        asked = self._look_up(query, forgive=False)
        posts = self._allowed(self._posts.ids(self._search.site), asked)
        return Matches({post: self._posts.published[post] for post in posts}, asked)

    def _matches(self, query: Query) -> Matches:
        asked = self._look_up(query, forgive=True)
        scored = [self._ranking.unit(unit) for unit in asked.units]
        phrases = [self._ranking.phrase(each) for each in asked.phrases]
        strict = self._allowed(ranking.strictly(scored, phrases), asked)
        posts = strict or self._allowed(ranking.loosely(scored, phrases), asked)
        fresh = self._weights.fresh(self._search.now)
        near = self._proximity.gains(asked.units, scored)
        scores = {
            post: round((total + near.get(post, 0.0)) * fresh[post], DIGITS)
            for post, total in ranking.summed([*scored, *phrases], posts).items()
        }
        if len(asked.units) >= feedback.SHORTEST_QUERY:
            self._reorder(scores, asked, sum(each.idf for each in scored), fresh)
        return Matches(scores, asked)

    def _look_up(self, query: Query, *, forgive: bool) -> Asked:
        return asking.asked(query, self._vocabulary, self._synonyms, forgive=forgive)

    def _reorder(
        self, scores: dict[int, float], asked: Asked, weight: float, fresh: Sequence[float]
    ) -> None:
        """Raise those of the best posts that are like the very best."""
        ranked = ranking.highest(scores, best.DEPTH, lambda post: (-scores[post], post))
        posts = best.read(self._db, self._g, ranked)
        lesson = feedback.Feedback(self._ranking, self._vocabulary, posts, self._stems(asked))
        for post, gain in lesson.gains(scores).items():
            scores[post] = round(scores[post] + gain * weight * fresh[post], DIGITS)

    def _stems(self, asked: Asked) -> frozenset[str]:
        """What the query's words are among a post's terms."""
        return frozenset(
            min(stems(word, language) or (word,))
            for word in asked.terms
            for language in self._languages
        )

    def _allowed(self, posts: Iterable[int], asked: Asked) -> set[int]:
        """Those that the search's filters leave."""
        query, search, known = self._search.query, self._search, self._posts
        left = set(posts)
        if known.site_count > 1:
            left = {post for post in left if known.sites[post] == search.site}
        tags = frozenset(map(fold, (*query.tags, *search.tags)))
        if tags:
            left = {post for post in left if known.has_tags(post, tags)}
        sections = frozenset(map(fold, (*query.sections, *search.sections)))
        if sections:
            left = {post for post in left if fold(known.sections[post] or "") in sections}
        years = frozenset((*query.years, *search.years))
        if years:
            left = {post for post in left if known.years[post] in years}
        for unit in asked.without:
            if unit.sequence:
                left -= self._postings.with_sequence(unit.sequence)
            else:
                left -= self._postings.with_any(word for word, _ in unit.words)
        return left

    def _page(self, scores: dict[int, float]) -> tuple[list[tuple[int, float]], Page | None]:
        """The page's posts with their scores, best first, and where the next one begins."""
        keys, after, size = self._posts.keys, self._search.after, max(0, self._search.size)

        def place(post: int) -> tuple[float, str]:
            return -scores[post], keys[post]

        if after is not None:
            begin = (-after.score, after.key)
            scores = {post: score for post, score in scores.items() if place(post) > begin}
        first = ranking.highest(scores, size + 1, place)
        page = [(post, scores[post]) for post in first[:size]]
        more = len(first) > size and bool(page)
        return page, Page(page[-1][1], keys[page[-1][0]]) if more else None

    def _facets(self, found: Iterable[int]) -> Facets:
        posts, known = list(found), self._posts
        sections = Counter(map(known.sections.__getitem__, posts))
        years = Counter(map(known.years.__getitem__, posts))
        return Facets(
            tags=_most(Counter(chain.from_iterable(map(known.tags.__getitem__, posts)))),
            section=_most({name: n for name, n in sections.items() if name is not None}),
            year=_most({str(year): n for year, n in years.items()}),
        )

    def _did_you_mean(self, asked: Asked) -> str | None:
        """The query with its unknown words mended, where that finds more than it does as typed."""
        typed = self._search.query
        mended, text = typed.words, typed.text
        for unit in asked.units:
            known = self._meant(unit) if unit.typed else None
            if known is not None:
                text = text.replace(unit.typed, known, 1)
                mended = tuple(
                    word._replace(text=known) if word.text == unit.typed else word
                    for word in mended
                )
        if mended == typed.words:
            return None
        more = self._strictly_found(typed._replace(words=mended))
        return text if more > self._strictly_found(typed) else None

    def _meant(self, unit: Unit) -> str | None:
        return spelling.correction(unit.typed, unit.sequence, self._vocabulary)

    def _strictly_found(self, query: Query) -> int:
        """How many posts have the words of a query as they are typed."""
        asked = self._look_up(query, forgive=False)
        scored = [self._ranking.unit(unit) for unit in asked.units]
        phrases = [self._ranking.phrase(each) for each in asked.phrases]
        return len(self._allowed(ranking.strictly(scored, phrases), asked))


def _most(counted: Mapping[str, int]) -> dict[str, int]:
    """The most frequent first, equal ones by name."""
    ranked = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return dict(ranked[:MOST_FACETS])
