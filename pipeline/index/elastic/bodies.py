"""A question as a request body: what must match, what counts, what is to be told of each hit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from pipeline.domain.language import required
from pipeline.domain.search import Phrase, Word
from pipeline.domain.search.freshness import FRESH, HALF_LEFT_DAYS
from pipeline.domain.search.synonyms import Run, Slot
from pipeline.index.elastic import clauses
from pipeline.index.elastic.clauses import Clause
from pipeline.index.elastic.question import Question
from pipeline.index.elastic.schema import text_field

_FEEDBACK_HITS = 3
_FEEDBACK_TERMS = 25
_FEEDBACK_BOOST = 0.1

_SYNONYM_BOOST = 0.8
_MOST_FACETS = 100
_FRAGMENT = 180
"""Characters of a highlighted fragment."""
_HIGHLIGHTED = 1_000_000
"""Characters of a body that are looked through; a longer one must not be an error."""

SOURCE = ["id", "url", "language", "published_at", "tags", "section", "headings"]
SOURCE += ["text.*.title", "text.*.body"]


def first(question: Question) -> dict[str, Any]:
    """The first request. For a query that feeds back: the best hits' ids, by words alone.

    Without a count, poor hits are skipped unscored.
    """
    if not question.feeds_back:
        return body(question)
    matching = {"filter": clauses.filters(question.asked), "must": _must(question)}
    return {
        "query": {"bool": matching},
        "size": _FEEDBACK_HITS,
        "_source": False,
        "track_total_hits": False,
    }


def body(question: Question) -> dict[str, Any]:
    """The request for a page of hits with all that is shown of them."""
    asked = question.asked
    ranked = asked.query.asks_for_text
    told: dict[str, Any] = {
        "query": _query(question),
        "size": asked.size,
        "_source": SOURCE,
        "sort": [{"_score" if ranked else "published_at": "desc"}, {"key": "asc"}],
        "track_total_hits": True,
    }
    if ranked:
        told["highlight"] = _highlight(question)
    if asked.facets:
        told["aggregations"] = {
            name: {"terms": {"field": name, "size": _MOST_FACETS}}
            for name in ("tags", "section", "year")
        }
    if asked.after:
        score = asked.after.score
        told["search_after"] = [score if ranked else int(score), asked.after.key]
    return told


def _query(question: Question) -> Clause:
    query = question.asked.query
    matching: Clause = {
        "filter": clauses.filters(question.asked),
        "must_not": [clauses.excluded(each) for each in query.without],
    }
    if not query.asks_for_text:
        return {"bool": matching}
    matching["must"] = _must(question)
    matching["should"] = _pairs(question)
    if question.likes:
        matching["should"].append(_feedback(question))
    return _fresher({"bool": matching}, question.asked.now)


def _pairs(question: Question) -> list[Clause]:
    """Neighbours that may be neighbours in the post; a short query may be what a title says."""
    kinds = [clauses.pair_clause]
    if not question.feeds_back:
        kinds.append(clauses.titled_pair_clause)
    return [kind(a.text, b.text) for a, b in pairwise(question.words) for kind in kinds]


def _must(question: Question) -> list[Clause]:
    """All the phrases, and enough of the words."""
    phrases = [clauses.phrase_clause(phrase) for phrase in question.asked.query.phrases]
    return [*phrases, _enough(question, question.slots)] if question.words else phrases


def _enough(question: Question, slots: Sequence[Slot]) -> Clause:
    least = 1 if question.loose else required(len(slots))
    return {
        "bool": {"should": [_slot(question, slot) for slot in slots], "minimum_should_match": least}
    }


def _slot(question: Question, slot: Slot) -> Clause:
    """The words themselves, what they may be typos of, or what means the same."""
    own = [_word(question, word) for word in slot.words]
    ways = [own[0] if len(own) == 1 else {"bool": {"must": own}}] if own else []
    ways += [_other(question, run) for run in slot.others]
    return ways[0] if len(ways) == 1 else {"dis_max": {"queries": ways}}


def _other(question: Question, run: Run) -> Clause:
    must = [clauses.word_clause(Word(text), question.languages, exactly=False) for text in run]
    return {"bool": {"must": must, "boost": _SYNONYM_BOOST}}


def _word(question: Question, word: Word) -> Clause:
    # In a long query it makes no difference to the ranking, only to the time.
    own = clauses.word_clause(word, question.languages, exactly=not question.feeds_back)
    meant = question.corrections.get(word.text, ())
    ways = [
        {"bool": {"must": clauses.word_clause(Word(text), question.languages), "boost": weight}}
        for text, weight in meant
    ]
    return {"dis_max": {"queries": [own, *ways]}} if ways else own


def _feedback(question: Question) -> Clause:
    return {
        "more_like_this": {
            "fields": [
                text_field(language, part)
                for language in question.languages
                for part in ("title", "body")
            ],
            "like": list(question.likes),
            "include": True,
            "max_query_terms": _FEEDBACK_TERMS,
            "min_term_freq": 1,
            "min_doc_freq": 2,
            "minimum_should_match": 1,
            "boost_terms": 1,
            "boost": _FEEDBACK_BOOST,
        }
    }


def _fresher(query: Clause, now: datetime) -> Clause:
    # By whole days: the pages of one search are asked at different moments.
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "function_score": {
            "query": query,
            "functions": [
                {"weight": 1},
                {"gauss": {"published_at": _decay(today)}, "weight": FRESH},
            ],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def _highlight(question: Question) -> dict[str, Any]:
    shown = [
        text_field(language, part) for language in question.languages for part in ("title", "body")
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
        "highlight_query": clauses.marked(_marked(question), shown),
    }


def _marked(question: Question) -> list[Word | Phrase]:
    """Everything that makes a post match, to be marked in it."""
    slots = question.slots
    meant = [each.text for near in question.corrections.values() for each in near]
    others = [text for slot in slots for other in slot.others for text in other]
    typed = [word for slot in slots for word in slot.words]
    return [*typed, *map(Word, meant), *map(Word, others), *question.asked.query.phrases]


def _decay(today: datetime) -> dict[str, str]:
    return {"origin": today.isoformat(), "scale": f"{HALF_LEFT_DAYS}d"}
