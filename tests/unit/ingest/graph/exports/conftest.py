"""A database with the means to write graphs into it and to export them."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ingest.graph.exports.service import ExportAsked, Exporter, Format
from pipeline.store.database import Database
from tests.support.graphs import Graphs, day

Export = Callable[..., bytes]


@pytest.fixture
def graphs(database: Database) -> Graphs:
    return Graphs(database)


@pytest.fixture
def export(database: Database, tmp_path: Path) -> Export:
    """Export as bytes, on day 100."""
    exporter = Exporter(database, lambda: day(100))

    def write(format_: Format, *accounts: str, **asked: object) -> bytes:
        out = io.BytesIO()
        chosen = ExportAsked("x", format_, accounts, **asked)  # type: ignore[arg-type]
        exporter.write(chosen, out, scratch=tmp_path)
        return out.getvalue()

    return write
