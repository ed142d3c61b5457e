"""Query clauses: a word, a phrase, a pair of neighbours, what narrows a search."""

from collections.abc import Sequence
from typing import Any

from pipeline.domain.language import is_spaceless, joined, tokens
from pipeline.domain.search import Phrase, Search, Word
from pipeline.index.elastic.schema import EXACT, TITLE, WEIGHTS, fields

Clause = dict[str, Any]

_EXACT_BOOST = 0.1
"""A word as it stands counts that much more than another form of it."""
_PREFIX_BOOST = 1.0
_PAIR_BOOST = 0.3
"""Neighbours of the query that are neighbours in the post (sequential dependence; Metzler, 2005)."""

_TITLE_PAIR_BOOST = 0.3
"""And in its title it counts more: two or three words are a name more often than a description."""


def word_clause(word: Word, languages: Sequence[str], *, exactly: bool = True) -> Clause:
    """The word in any of its forms, in any part of a post; `exactly`: the word itself counts more.

    What consists of several tokens (node.js, a text without spaces) must stand in one piece, or be
    the one word they make.
    """
    one = _is_one(word.text)
    clause = _one_token if one else _in_a_piece
    should = [clause(word.text, language) for language in languages]
    should += [_one_token(each.text, lang) for each in joined(word.text) for lang in languages]
    if len(should) > 1:
        should = [{"dis_max": {"queries": should}}]
    if exactly or not one:
        should.append({"match_phrase": {EXACT: {"query": word.text, "boost": _EXACT_BOOST}}})
    if word.prefix:
        should.append(_prefix(word.text))
    return {"bool": {"should": should}} if len(should) > 1 else should[0]


def phrase_clause(phrase: Phrase) -> Clause:
    """Exactly these words side by side."""
    return {"match_phrase": {EXACT: " ".join(phrase.words)}}


def pair_clause(first: str, second: str) -> Clause:
    """Two words side by side: they need not be, but it counts."""
    return {"match_phrase": {EXACT: {"query": f"{first} {second}", "boost": _PAIR_BOOST}}}


def titled_pair_clause(first: str, second: str) -> Clause:
    """Two words side by side in the title, or with one between them ("await on stable")."""
    asked = {"query": f"{first} {second}", "slop": 1, "boost": _TITLE_PAIR_BOOST}
    return {"match_phrase": {TITLE: asked}}


def excluded(barred: Word | Phrase) -> Clause:
    """What a post must not have."""
    return phrase_clause(Phrase((barred.text,)) if isinstance(barred, Word) else barred)


def marked(asked: Sequence[Word | Phrase], shown: Sequence[str]) -> Clause:
    """What is to be highlighted in the fields that are shown: simpler than what is searched."""
    texts = [each.text if isinstance(each, Word) else " ".join(each.words) for each in asked]
    kinds = [
        "bool_prefix" if isinstance(each, Word) and each.prefix else "phrase" for each in asked
    ]
    should = [
        {"multi_match": {"query": text, "type": kind, "fields": list(shown)}}
        for text, kind in zip(texts, kinds, strict=True)
    ]
    return {"bool": {"should": should}}


def filters(asked: Search) -> list[Clause]:
    """The site's posts, narrowed as the reader asked: all the tags, one of the sections and years."""
    query = asked.query
    narrowed = [of_site(asked.site)]
    narrowed += [{"term": {"tags.folded": tag}} for tag in (*query.tags, *asked.tags)]
    for given, own, field in (
        (asked.sections, query.sections, "section.folded"),
        (asked.years, query.years, "year"),
    ):
        narrowed += [{"terms": {field: list(each)}} for each in (given, own) if each]
    return narrowed


def of_site(site: str) -> Clause:
    """A site's posts, and no tombstones."""
    return {"bool": {"filter": [{"term": {"site": site}}, {"term": {"deleted": False}}]}}


def _is_one(text: str) -> bool:
    found = [token.text for token in tokens(text)]
    return len(found) == 1 and not is_spaceless(found[0])


def _one_token(text: str, language: str) -> Clause:
    weighed = [f"text.{language}.{part}^{weight}" for part, weight in WEIGHTS.items()]
    return {"combined_fields": {"query": text, "fields": weighed, "operator": "and"}}


def _in_a_piece(text: str, language: str) -> Clause:
    return {"multi_match": {"query": text, "type": "phrase", "fields": fields(language)}}


def _prefix(text: str) -> Clause:
    return {
        "multi_match": {
            "query": text,
            "type": "bool_prefix",
            "operator": "and",
            "fields": [f"{TITLE}^2", EXACT],
            "boost": _PREFIX_BOOST,
        }
    }
