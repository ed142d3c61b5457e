"""Parquet, by DuckDB: text columns, and times as timestamps with time zone."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from pipeline.domain.graph.bounds import Bounds
from pipeline.errors import ExportError
from pipeline.ingest.graph.exports.source import Source
from pipeline.ingest.graph.exports.tables import COLUMNS, write_plain_csv

_TYPES = {name: "TIMESTAMPTZ" if name in Bounds._fields else "VARCHAR" for name in COLUMNS}
_SETTINGS = {
    "memory_limit": "256MB",
    "threads": 1,
    # Nothing is fetched from the network, whatever is missing.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def write_parquet(source: Source, out: BinaryIO, scratch: Path) -> int:
    """Write the spans; how many there are. Raises ExportError where DuckDB is not installed.

    They pass through a CSV file in `scratch`: neither this process nor DuckDB holds them all.
    """
    duckdb = _duckdb()
    with TemporaryDirectory(prefix=".afterword-export-", dir=scratch) as folder:
        table, made = Path(folder, "edges.csv"), Path(folder, "edges.parquet")
        with table.open("wb") as file:
            count = write_plain_csv(source, file)
        with duckdb.connect(config=_SETTINGS | {"temp_directory": folder}) as session:
            session.execute(_COPY.format(columns=_COLUMNS, made=_quoted(str(made))), [str(table)])
        with made.open("rb") as file:
            shutil.copyfileobj(file, out, 1 << 20)
    return count


_COPY = """
COPY (
    SELECT * FROM read_csv(
        ?, header=true, delim=',', quote='"', escape='"', nullstr='', auto_detect=false,
        max_line_size=4194304, columns={columns}
    )
) TO {made} (FORMAT parquet, COMPRESSION zstd)
"""
_COLUMNS = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in _TYPES.items()) + "}"


def _quoted(text: str) -> str:
    """A string in SQL: COPY takes no parameter for its file."""
    return "'" + text.replace("'", "''") + "'"


def _duckdb() -> Any:
    try:
        # 25 MB, and an extra that need not be installed.
        import duckdb  # noqa: PLC0415 - only where Parquet is asked for
    except ImportError as error:
        raise ExportError(
            "Parquet needs DuckDB, which is not installed: pip install 'afterword[parquet]'"
        ) from error
    return duckdb
