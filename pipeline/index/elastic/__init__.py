"""Elasticsearch 9 as the search engine. The only place that imports its client."""

from pipeline.index.elastic.connection import Server
from pipeline.index.elastic.engine import ElasticEngine

__all__ = ["ElasticEngine", "Server"]
