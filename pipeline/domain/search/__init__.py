"""Searching: what is indexed, asked and found. Pure; the engines are in `pipeline.index`."""

from pipeline.domain.search.document import Document, Heading, Tombstone, document_key
from pipeline.domain.search.query import Phrase, Query, Word, parse
from pipeline.domain.search.request import Facets, Found, Hit, Page, Search

__all__ = [
    "Document",
    "Facets",
    "Found",
    "Heading",
    "Hit",
    "Page",
    "Phrase",
    "Query",
    "Search",
    "Tombstone",
    "Word",
    "document_key",
    "parse",
]
