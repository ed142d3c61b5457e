"""Misspelt words: which are, and what was meant.

A word is one where no post of the site has it in any form and a word not far from it does, or far
more posts do. The term
dictionary Elasticsearch suggests from still has the words of deleted posts, and those of other
sites: so what it offers is looked up among the site's posts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rapidfuzz.distance import OSA

from pipeline.domain.language import fold, is_spaceless, tokens
from pipeline.domain.search import Word
from pipeline.domain.search.spacing import halves
from pipeline.index.elastic.clauses import of_site, word_clause
from pipeline.index.elastic.question import Correction, Question
from pipeline.index.elastic.schema import EXACT

SHORTEST = 4
"""Letters of a word that may be misspelt: shorter ones are all near to each other."""
_LONG = 8
"""Letters of a word in which there may be two typos."""
_OFFERED = 5
_FAR_MORE = 10
"""Posts with another word for each with the one typed, from which that may be a published typo."""
_RARE = 3
"""Posts with a word that may be misspelt: one, and some of other sites, or deleted a while ago.

More than that mean what they say, and looking for its neighbours costs as much as finding it.
"""
_MEANT = 3
"""Corrections that are searched for: the nearest, as many as are equally near."""
_WEIGHT = 0.8

_KNOWN = "known"

Offers = dict[str, list[str]]
"""Words near those that were typed, by those."""
Corrections = dict[str, Sequence[Correction]]
"""What misspelt words were probably meant to be, by those."""


def suggester(question: Question) -> dict[str, Any] | None:
    """A request for words near those that were typed; None where none can be misspelt.

    For those it has of which it has another far more often: a typo may have been published. And for
    those it has not, where there can be hits without them: else it is soon enough when there are none.
    A long query has words enough: one that somebody else misspelt too makes no difference.
    """
    asked: dict[str, Any] = {}
    for text in _texts(question.words):
        if question.can_do_without:
            asked[f"missing:{text}"] = _near(
                text, "missing", edits=_furthest(text, 0), first_letter=False
            )
        if not question.feeds_back:
            asked[f"popular:{text}"] = _near(text, "popular", edits=1)
    return asked or None


def far_suggester(question: Question) -> dict[str, Any] | None:
    """The same where nothing was found: some word is missing, or only other sites' posts have it.

    Two typos are looked for in long words, and one in the first letter, which costs more than the
    search itself.
    """
    if question.feeds_back:
        return None
    far = {
        f"far:{text}": _near(text, "popular", edits=_furthest(text, 0), first_letter=False)
        for text in _texts(question.words)
    }
    return far or None


def _texts(words: Sequence[Word]) -> list[str]:
    return list(dict.fromkeys(word.text for word in words if _can_be_misspelt(word)))


def _near(text: str, mode: str, *, edits: int, first_letter: bool = True) -> dict[str, Any]:
    """`first_letter`: it is right, which spares most of the dictionary."""
    term = {
        "field": EXACT,
        "prefix_length": int(first_letter),
        "size": _OFFERED,
        "max_edits": edits,
    }
    term |= {"min_word_length": SHORTEST, "sort": "score", "max_inspections": 10}
    return {"text": text, "term": term | {"suggest_mode": mode, "max_term_freq": _RARE}}


def _furthest(typed: str, own: int) -> int:
    """How many typos there may be in a word that so many posts have."""
    return 2 if len(fold(typed)) >= _LONG and not own else 1


def offers(answer: Mapping[str, Any]) -> Offers:
    """What Elasticsearch offers for each word it doesn't know, or knows from far fewer posts.

    Where nothing was found, that is any word that more posts have.
    """
    found = answer["hits"].get("total", {}).get("value", 0)
    offered: dict[str, dict[str, None]] = {}
    for name, entries in answer.get("suggest", {}).items():
        mode, _, text = name.partition(":")
        least = _FAR_MORE * found if mode == "popular" else 0
        if len(entries) != 1:
            continue
        near = [each["text"] for each in entries[0]["options"] if each["freq"] >= least]
        if near:
            offered.setdefault(text, {}).update(dict.fromkeys(near))
    return {text: list(near) for text, near in offered.items()}


def known(question: Question) -> dict[str, Any] | None:
    """An aggregation that tells how many posts with one of the words have each that could be two."""
    if question.feeds_back:
        return None
    languages = question.languages
    told = {t: word_clause(Word(t), languages) for t in _texts(question.words) if _halves(t)}
    return {_KNOWN: {"filters": {"filters": told}}} if told else None


def apart(question: Question, answer: Mapping[str, Any], offered: Offers) -> Offers:
    """Two words for each that may lack the space between them: no post has it, and no word is near.

    `answer`: to the question, with or without `known`; without, it found nothing.
    """
    if question.feeds_back:
        return {}
    told = answer.get("aggregations", {}).get(_KNOWN, {}).get("buckets", {})
    return {
        text: _halves(text)
        for text in _texts(question.words)
        if text not in offered and not told.get(text, {}).get("doc_count") and _halves(text)
    }


def _halves(typed: str) -> list[str]:
    return [" ".join(cut) for cut in halves(fold(typed))]


def counting(question: Question, offered: Offers) -> dict[str, Any]:
    """A request for how many of the site's posts have each word, as typed and as offered."""
    site, languages = question.asked.site, question.languages
    asked = {text: word_clause(Word(text), languages) for text in offered}
    asked |= {near: {"match_phrase": {EXACT: near}} for each in offered.values() for near in each}
    told = {_KNOWN: {"filters": {"filters": asked}}}
    return {"query": of_site(site), "size": 0, "aggregations": told}


def corrections(offered: Offers, counted: Mapping[str, Any]) -> Corrections:
    """Of what was offered, what the site's posts have; nothing for words they have in another form.

    `counted`: what `counting` was answered.
    """
    told = counted.get("aggregations", {}).get(_KNOWN, {}).get("buckets", {})
    posts = {text: bucket["doc_count"] for text, bucket in told.items()}
    meant: Corrections = {
        text: list(_nearest(fold(text), posts.get(text, 0), {n: posts.get(n, 0) for n in each}))
        for text, each in offered.items()
    }
    return {text: found for text, found in meant.items() if found}


def _nearest(typed: str, own: int, posts: Mapping[str, int]) -> Iterator[Correction]:
    """`own`: how many posts have what was typed."""
    furthest = _furthest(typed, own)
    least = max(1, _FAR_MORE * own)
    # What the index has may keep its accents: in some scripts, and as characters of their own.
    edits = {near: OSA.distance(typed, fold(near)) for near in posts if near != typed}
    known = [near for near in edits if posts[near] >= least and edits[near] <= furthest]
    ranked = sorted(known, key=lambda near: (edits[near], -posts[near], near))
    for near in ranked[:_MEANT]:
        if edits[near] == edits[ranked[0]]:
            yield Correction(near, _WEIGHT)


def _can_be_misspelt(word: Word) -> bool:
    found = [token.text for token in tokens(word.text)]
    return len(found) == 1 and len(found[0]) >= SHORTEST and not is_spaceless(found[0])
