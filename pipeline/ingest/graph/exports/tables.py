"""CSV (RFC 4180), one span per line."""

import csv
import io
from pathlib import Path
from typing import BinaryIO

from pipeline.domain.graph.bounds import Bounds
from pipeline.ingest.graph.exports.source import Source, written
from pipeline.store.graph.edges import Edge

ACCOUNT_COLUMNS = ("src", "src_handle", "dst", "dst_handle")
COLUMNS = (*ACCOUNT_COLUMNS, *Bounds._fields, "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(source: Source, out: BinaryIO, scratch: Path) -> int:
    """Write the spans under a heading; how many there are. Ids stand beside handles."""
    del scratch
    return _write(source, out, guarded=True)


def write_plain_csv(source: Source, out: BinaryIO) -> int:
    """The same for a program that takes no cell for a formula."""
    return _write(source, out, guarded=False)


def _write(source: Source, out: BinaryIO, *, guarded: bool) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    count = 0
    for edge in source.edges():
        count += 1
        names = [harmless(name) for name in edge[:4]] if guarded else _plain(edge)
        table.writerow((*names, *map(written, edge.bounds), edge.reason or ""))
    text.detach()  # flushes; whoever opened the file closes it
    return count


def harmless(name: str | None) -> str:
    """A name that no spreadsheet takes for a formula: an apostrophe stands before it (OWASP)."""
    cell = (name or "").replace("\x00", "\ufffd")
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(edge: Edge) -> list[str]:
    return [(name or "").replace("\x00", "\ufffd") for name in edge[:4]]
