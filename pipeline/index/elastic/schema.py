"""The schema of a generation: analysers, fields, and the fingerprint of both.

A post's text stands once, in `text.LANGUAGE`, and is copied from there to `all`, which holds every
language's words as they are written (lowercased, accents folded): for phrases, beginnings of words,
spelling, and so that an exact word beats another form of it. A document adds its words of two parts to
that, as one: "wifi" for Wi-Fi.
"""

import hashlib
import json
from typing import Any

from pipeline.domain.language import TWO_PARTS
from pipeline.index.elastic.languages import FILTERS, TOKENIZERS, UNKNOWN

EXACT = "all"
TITLE = "title"
WEIGHTS = {"title": 6, "headings": 3, "summary": 3, "tags": 3, "body": 2, "comments": 1}
"""Parts of a post, and how much a word there counts (BM25F). None may be below 1 (combined_fields)."""

# BM25's usual 1.2, as often as a word of a body counts.
_K1 = 1.2 * WEIGHTS["body"]
_B = 0.75

# What UAX 29 keeps in one word and readers don't ("node.js"), and what it drops and readers ask for.
_CHARACTERS = {
    "parts": (r"[._:](?=[\p{L}\p{N}_])", " "),
    "plus_plus": (r"(?<=\p{L})\+\+", "plusplus"),
    "sharp": (r"(?<=\b\p{L})#(?![\p{L}\p{N}])", "sharp"),
    "e_mail": (r"(?<![\p{L}\p{N}])(\p{L})[-\u2010\u2011](?=\p{L}{2})", "$1"),
}


def text_field(language: str, part: str) -> str:
    """The field that holds a part of a post, in a language."""
    return f"text.{language}.{part}"


def fields(language: str) -> list[str]:
    """The fields that hold a language's text."""
    return [text_field(language, part) for part in WEIGHTS]


def settings() -> dict[str, Any]:
    """The settings of a new index."""
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        # Each match of each clause by its own iterator costs more than finding the posts.
        "highlight.weight_matches_mode.enabled": False,
        "similarity": {
            "default": {"type": "BM25", "k1": _K1, "b": _B},
            "plain": {"type": "BM25", "k1": 1.2, "b": _B},
        },
        "analysis": _analysis(),
    }


def _analysis() -> dict[str, Any]:
    own: dict[str, Any] = {}
    analyzers: dict[str, Any] = {}
    for language, chain in FILTERS.items():
        names: list[str] = []
        for each in chain:
            name = each if isinstance(each, str) else f"{language}_{len(names)}"
            if not isinstance(each, str):
                own[name] = each
            names.append(name)
        analyzers[language] = {
            "type": "custom",
            "char_filter": list(_CHARACTERS),
            "tokenizer": TOKENIZERS.get(language, "standard"),
            "filter": names,
        }
    folded = {"type": "custom", "filter": ["lowercase", "asciifolding"]}
    characters = {
        name: {"type": "pattern_replace", "pattern": pattern, "replacement": replacement}
        for name, (pattern, replacement) in _CHARACTERS.items()
    }
    return {
        "analyzer": analyzers,
        "filter": own,
        "char_filter": characters,
        "normalizer": {"folded": folded},
    }


def mappings() -> dict[str, Any]:
    """The mappings of a new index, without `_meta`."""
    kept = {"type": "keyword", "index": False, "doc_values": False}
    label = {"type": "keyword", "ignore_above": 512}
    return {
        "dynamic": "strict",
        "properties": {
            "key": {"type": "keyword"},
            "site": {"type": "keyword"},
            "id": kept,
            "url": kept,
            "digest": {"type": "keyword", "index": False},
            "deleted": {"type": "boolean"},
            "language": {"type": "keyword"},
            "published_at": {"type": "date"},
            "year": {"type": "short"},
            "tags": {**label, "fields": {"folded": {**label, "normalizer": "folded"}}},
            "section": {**label, "fields": {"folded": {**label, "normalizer": "folded"}}},
            "author": kept,
            "headings": {"type": "object", "enabled": False},
            TITLE: {"type": "text", "analyzer": UNKNOWN, "similarity": "plain"},
            EXACT: {
                "type": "text",
                "analyzer": UNKNOWN,
                "index_phrases": True,
                "similarity": "plain",
            },
            "text": {"properties": {language: _texts(language) for language in FILTERS}},
        },
    }


def _texts(language: str) -> dict[str, Any]:
    field = {"type": "text", "analyzer": language, "copy_to": EXACT}
    # With offsets, a hit is highlighted without analysing its text anew.
    shown = field | {"index_options": "offsets"}
    title = shown | {"copy_to": [EXACT, TITLE]}
    return {"properties": dict.fromkeys(WEIGHTS, field) | {"title": title, "body": shown}}


def fingerprint() -> str:
    """Digest of what a new generation, and a document in it, would be made of: 16 hex digits."""
    said = json.dumps([settings(), mappings(), TWO_PARTS.pattern], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
