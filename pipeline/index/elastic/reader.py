"""Searching the live generation: as many requests as a query needs, mostly one."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.domain.search import Found, Hit, Search, document_key
from pipeline.domain.search.synonyms import Synonyms
from pipeline.index.elastic import bodies, spelling
from pipeline.index.elastic.clauses import of_site
from pipeline.index.elastic.question import Question
from pipeline.index.elastic.reading import Answer, found_in, hit_of
from pipeline.index.elastic.schema import text_field

_MOST_LANGUAGES = 8
_LANGUAGES_KEPT_S = 5.0
"""How long another process's first post in a language may be found by its exact words only."""

_NOTHING = {"hits": {"total": {"value": 0}, "hits": []}}
_RELATED_PARTS = ("title", "headings", "tags", "body")


class Reader:
    """Asks the live generation, an alias. `synonyms` are a site's own, by site."""

    def __init__(
        self,
        client: Elasticsearch,
        alias: str,
        *,
        synonyms: Mapping[str, Synonyms],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._alias, self._now = client, alias, now
        self._synonyms = synonyms
        self._languages: dict[str, tuple[float, list[str]]] = {}
        self._gate = threading.Lock()

    def forget(self) -> None:
        """Look the sites' languages up anew: there are other posts now."""
        with self._gate:
            self._languages.clear()

    def search(self, asked: Search) -> Found:
        """What the query finds; corrected or loosened where it finds too little as it stands."""
        languages = self._languages_of(asked.site)
        if not languages:
            return found_in(_NOTHING, asked, None)
        question = Question(asked, languages, self._synonyms.get(asked.site, Synonyms()))
        answer = self._ask(bodies.first(question) | _suggest(spelling.suggester(question)))
        offered = spelling.offers(answer)
        if not _has_hits(answer) and asked.query.words:
            question, answer, meant = self._missed(question, answer, offered)
        else:
            meant = self._corrections(question, offered)
        better = _taught(question, answer, meant)
        if better is not question:
            answer = self._ask(bodies.body(better))
            if not _has_hits(answer) and not better.loose:
                answer = self._ask(bodies.body(better.loosely()))
        return found_in(answer, asked, _respelt(asked, better) if _has_hits(answer) else None)

    def related(self, site: str, post_id: str, *, size: int) -> list[Hit]:
        """Posts with the same telling words, of the site and in the post's language."""
        key = document_key(site, post_id)
        fields = [
            text_field(language, part)
            for language in self._languages_of(site)
            for part in _RELATED_PARTS
        ]
        if not fields:
            return []
        likeness = {"fields": fields, "like": [{"_id": key}], "min_term_freq": 1, "min_doc_freq": 2}
        likeness |= {"max_query_terms": 25, "minimum_should_match": "10%"}
        same_site = {"filter": [of_site(site)], "must": {"more_like_this": likeness}}
        answer = self._ask({"query": {"bool": same_site}, "size": size, "_source": bodies.SOURCE})
        return [hit_of(each) for each in answer["hits"]["hits"]]

    def _missed(
        self, question: Question, answer: Answer, offered: spelling.Offers
    ) -> tuple[Question, Answer, spelling.Corrections]:
        """Where nothing was found: what was meant instead, else what has one of the words."""
        one = not question.can_loosen
        meant = self._corrections(question, _all_meant(question, answer, offered)) if one else {}
        loose = question.loosely()
        body = _loose_body(loose)
        if meant or body is None:
            return question, answer, meant
        answer = self._ask(body)
        new = spelling.offers(answer)
        # A single word's were looked up before.
        offered = new if one else _all_meant(loose, answer, offered | new)
        return loose, answer, self._corrections(loose, offered)

    def _corrections(self, question: Question, offered: spelling.Offers) -> spelling.Corrections:
        if not offered:
            return {}
        return spelling.corrections(offered, self._ask(spelling.counting(question, offered)))

    def _ask(self, body: Mapping[str, Any]) -> Answer:
        answer = self._client.search(index=self._alias, ignore_unavailable=True, body=dict(body))
        told: Answer = answer.body
        return told

    def _languages_of(self, site: str) -> list[str]:
        known = self._languages.get(site)
        if known and self._now() - known[0] < _LANGUAGES_KEPT_S:
            return known[1]
        field = {"field": "language", "size": _MOST_LANGUAGES}
        answer = self._client.search(
            index=self._alias,
            size=0,
            query=of_site(site),
            aggregations={"languages": {"terms": field}},
            ignore_unavailable=True,
            request_cache=True,
        )
        told = answer.body.get("aggregations", {}).get("languages", {}).get("buckets", [])
        found = [bucket["key"] for bucket in told]
        with self._gate:
            self._languages[site] = (self._now(), found)
        return found


def _has_hits(answer: Mapping[str, Any]) -> bool:
    return bool(answer["hits"]["hits"] or answer["hits"].get("total", {}).get("value"))


def _suggest(asked: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"suggest": asked} if asked else {}


def _all_meant(question: Question, answer: Answer, offered: spelling.Offers) -> spelling.Offers:
    return offered | spelling.apart(question, answer, offered)


def _loose_body(question: Question) -> dict[str, Any] | None:
    """The request with which one word is enough; None where it would learn nothing more."""
    far = spelling.far_suggester(question)
    if not far and not question.can_loosen:
        return None
    body = bodies.first(question) | _suggest(far)
    if question.can_loosen and (known := spelling.known(question)):
        body["aggregations"] = body.get("aggregations", {}) | known
    return body


def _taught(question: Question, answer: Answer, meant: spelling.Corrections) -> Question:
    """The question with what the answer taught; itself where that was enough.

    Where it turned out what was meant, all the words are wanted again.
    """
    hits = answer["hits"]["hits"] if question.feeds_back else []
    likes = [{"_index": hit["_index"], "_id": hit["_id"]} for hit in hits]
    # A long query's first answer was a probe: ids, and nothing to show.
    if not meant and not question.feeds_back:
        return question
    loose = question.loose and not meant
    return replace(question, corrections=meant, likes=likes, loose=loose)


def _respelt(asked: Search, question: Question) -> str | None:
    """The query with each misspelt word as it was probably meant."""
    if not question.corrections:
        return None
    meant = {typed: near[0].text for typed, near in question.corrections.items()}
    return " ".join(meant.get(piece, piece) for piece in asked.query.text.split())
