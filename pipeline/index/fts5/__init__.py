"""The embedded search engine: SQLite FTS5 in a file of its own, which may be thrown away."""

from pipeline.index.fts5.engine import Fts5Engine

__all__ = ["Fts5Engine"]
