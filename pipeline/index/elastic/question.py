"""A search as a request body: what must match, what counts, what is to be told of each hit."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from pipeline.domain.language import fold, required, stop_words
from pipeline.domain.search import Phrase, Search, Word
from pipeline.domain.search.synonyms import Slot, Synonyms
from pipeline.index.elastic import clauses
from pipeline.index.elastic.clauses import Clause
from pipeline.index.elastic.schema import text_field

FEEDBACK_FROM = 5
"""Words from which a query is a description of what is sought, and the best hits can add to it."""
FEEDBACK_HITS = 3
_FEEDBACK_TERMS = 25
_FEEDBACK_BOOST = 0.1

_FRESH = 0.1
"""A post of today scores that much higher than an ancient one."""
_HALF_FRESH = "730d"
_SYNONYM_BOOST = 0.8
_MOST_FACETS = 100
_FRAGMENT = 180
"""Characters of a highlighted fragment."""
_HIGHLIGHTED = 1_000_000
"""Characters of a body that are looked through; a longer one must not be an error."""

SOURCE = ["id", "url", "language", "published_at", "tags", "section", "headings"]
SOURCE += ["text.*.title", "text.*.body"]


class Correction(NamedTuple):
    """What a misspelt word may have meant; `weight` in 0..1."""

    text: str
    weight: float


class Question(NamedTuple):
    """One search, as far as its answer is known to need it."""

    asked: Search
    languages: Sequence[str]
    """Those of the site's posts."""
    synonyms: Synonyms
    corrections: Mapping[str, Sequence[Correction]] = {}
    """By word as typed."""
    loose: bool = False
    """One word is enough: nothing had as many as it should."""
    likes: Sequence[Mapping[str, str]] = ()
    """The best hits so far: what tells them apart adds to the query (pseudo-relevance feedback)."""

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that mean something; all, where none does and there is no phrase."""
        stop = frozenset[str]().union(*map(stop_words, self.languages))
        query = self.asked.query
        meant = tuple(
            word
            for word in query.words
            if word.prefix or fold(word.text).replace("'", "") not in stop
        )
        return meant if meant or query.phrases else query.words

    @property
    def can_do_without(self) -> bool:
        """Whether there can be hits that lack one of the words."""
        return required(len(self.words)) < len(self.words)

    @property
    def feeds_back(self) -> bool:
        """Whether the best hits' words shall be added."""
        return len(self.words) >= FEEDBACK_FROM

    def loosely(self) -> "Question":
        """The same, but that one word is enough."""
        return self._replace(loose=True)

    def first(self) -> dict[str, Any]:
        """The first request. For a query that feeds back: the best hits' ids, by words alone.

        Without a count, poor hits are skipped unscored.
        """
        if not self.feeds_back:
            return self.body()
        matching = {"filter": clauses.filters(self.asked), "must": self._must()}
        return {
            "query": {"bool": matching},
            "size": FEEDBACK_HITS,
            "source": False,
            "track_total_hits": False,
        }

    def body(self) -> dict[str, Any]:
        """The request for a page of hits with all that is shown of them."""
        asked = self.asked
        ranked = asked.query.asks_for_text
        body: dict[str, Any] = {
            "query": self._query(),
            "size": asked.size,
            "source": SOURCE,
            "sort": [{"_score" if ranked else "published_at": "desc"}, {"key": "asc"}],
            "track_total_hits": True,
        }
        if ranked:
            body["highlight"] = self._highlight()
        if asked.facets:
            body["aggregations"] = {
                name: {"terms": {"field": name, "size": _MOST_FACETS}}
                for name in ("tags", "section", "year")
            }
        if asked.after:
            score = asked.after.score
            body["search_after"] = [score if ranked else int(score), asked.after.key]
        return body

    def _query(self) -> Clause:
        query = self.asked.query
        matching: Clause = {
            "filter": clauses.filters(self.asked),
            "must_not": [clauses.excluded(each) for each in query.without],
        }
        if not query.asks_for_text:
            return {"bool": matching}
        matching["must"] = self._must()
        matching["should"] = self._pairs()
        if self.likes:
            matching["should"].append(self._feedback())
        return self._fresher({"bool": matching})

    def _pairs(self) -> list[Clause]:
        """Neighbours that may be neighbours in the post; a short query may be what a title says."""
        kinds = [clauses.pair_clause]
        if not self.feeds_back:
            kinds.append(clauses.titled_pair_clause)
        return [kind(a.text, b.text) for a, b in pairwise(self.words) for kind in kinds]

    def _must(self) -> list[Clause]:
        """All the phrases, and enough of the words."""
        phrases = [clauses.phrase_clause(phrase) for phrase in self.asked.query.phrases]
        words = self.words
        return [*phrases, self._enough(self.synonyms.slots(words))] if words else phrases

    def _enough(self, slots: Sequence[Slot]) -> Clause:
        least = 1 if self.loose else required(len(slots))
        return {
            "bool": {"should": [self._slot(slot) for slot in slots], "minimum_should_match": least}
        }

    def _slot(self, slot: Slot) -> Clause:
        """The words themselves, what they may be typos of, or what means the same."""
        own = [self._word(word) for word in slot.words]
        ways = [own[0] if len(own) == 1 else {"bool": {"must": own}}] if own else []
        ways += [
            {"bool": {"must": [self._word(Word(text)) for text in other], "boost": _SYNONYM_BOOST}}
            for other in slot.others
        ]
        return ways[0] if len(ways) == 1 else {"dis_max": {"queries": ways}}

    def _word(self, word: Word) -> Clause:
        # In a long query it makes no difference to the ranking, only to the time.
        own = clauses.word_clause(word, self.languages, exactly=not self.feeds_back)
        meant = self.corrections.get(word.text, ())
        ways = [
            {"bool": {"must": clauses.word_clause(Word(text), self.languages), "boost": weight}}
            for text, weight in meant
        ]
        return {"dis_max": {"queries": [own, *ways]}} if ways else own

    def _feedback(self) -> Clause:
        return {
            "more_like_this": {
                "fields": [
                    text_field(language, part)
                    for language in self.languages
                    for part in ("title", "body")
                ],
                "like": list(self.likes),
                "include": True,
                "max_query_terms": _FEEDBACK_TERMS,
                "min_term_freq": 1,
                "min_doc_freq": 2,
                "minimum_should_match": 1,
                "boost_terms": 1,
                "boost": _FEEDBACK_BOOST,
            }
        }

    def _fresher(self, query: Clause) -> Clause:
        # By whole days: the pages of one search are asked at different moments.
        today = self.asked.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            "function_score": {
                "query": query,
                "functions": [
                    {"weight": 1},
                    {"gauss": {"published_at": _decay(today)}, "weight": _FRESH},
                ],
                "score_mode": "sum",
                "boost_mode": "multiply",
            }
        }

    def _highlight(self) -> dict[str, Any]:
        shown = [
            text_field(language, part) for language in self.languages for part in ("title", "body")
        ]
        whole = {"number_of_fragments": 0}
        return {
            "encoder": "html",
            "pre_tags": ["<mark>"],
            "post_tags": ["</mark>"],
            "order": "score",
            "fragment_size": _FRAGMENT,
            "number_of_fragments": 2,
            "max_analyzed_offset": _HIGHLIGHTED,
            "fields": {name: whole if name.endswith("title") else {} for name in shown},
            "highlight_query": clauses.marked(self._marked(), shown),
        }

    def _marked(self) -> list[Word | Phrase]:
        """Everything that makes a post match, to be marked in it."""
        slots = self.synonyms.slots(self.words)
        meant = [each.text for near in self.corrections.values() for each in near]
        others = [text for slot in slots for other in slot.others for text in other]
        typed = [word for slot in slots for word in slot.words]
        return [*typed, *map(Word, meant), *map(Word, others), *self.asked.query.phrases]


def _decay(today: datetime) -> dict[str, str]:
    return {"origin": today.isoformat(), "scale": _HALF_FRESH}
