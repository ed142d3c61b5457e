"""Exports: which graph, in which format, to where."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.ingest.graph.exports.gexf import write_gexf
from pipeline.ingest.graph.exports.graphml import write_graphml
from pipeline.ingest.graph.exports.parquet import write_parquet
from pipeline.ingest.graph.exports.source import Source
from pipeline.ingest.graph.exports.tables import write_csv
from pipeline.ingest.graph.questions.naming import find_all
from pipeline.store.database import Database
from pipeline.store.graph.edges import Chosen

Write = Callable[[Source, BinaryIO, Path], int]


class Format(StrEnum):
    """What graphs are exported as; the name is the file's ending."""

    CSV = "csv"
    PARQUET = "parquet"
    GRAPHML = "graphml"
    GEXF = "gexf"


class ExportAsked(NamedTuple):
    """As what, of which accounts' lists (none: all of the network), and as of when."""

    network: str
    format: Format
    accounts: Sequence[str] = ()
    direction: Direction | None = None
    """None: both lists."""
    at: datetime | None = None
    """None: the whole history; for GraphML, which has none, now."""


_WRITERS: Mapping[Format, Write] = MappingProxyType(
    {
        Format.CSV: write_csv,
        Format.PARQUET: write_parquet,
        Format.GRAPHML: write_graphml,
        Format.GEXF: write_gexf,
    }
)


class Exporter:
    """Writes graphs. Blocks: to be called in a thread."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def write(
        self,
        asked: ExportAsked,
        out: BinaryIO,
        *,
        scratch: Path,
        advance: Callable[[int], object] = int,
    ) -> int:
        """Write from one view of the database; how many edges.

        `scratch` is a folder for what is on the way. Raises NotFoundError, ExportError.
        """
        with self._database.read() as db:
            source = Source(db, _chosen(db, asked), self._clock(), advance)
            return _WRITERS[asked.format](source, out, scratch)


def _chosen(db: Connection, asked: ExportAsked) -> Chosen:
    owners = find_all(db, asked.network, asked.accounts)
    directions = (asked.direction,) if asked.direction else tuple(Direction)
    keys = [ListKey(each.ord, direction) for each in owners for direction in directions]
    return Chosen(asked.network, keys, asked.at)
