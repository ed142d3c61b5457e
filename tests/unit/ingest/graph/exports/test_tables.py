"""CSV and Parquet."""

import csv
import io
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.domain.graph.kinds import EndReason
from pipeline.errors import ExportError, NotFoundError
from pipeline.ingest.graph.exports.service import Format
from pipeline.ingest.graph.exports.tables import COLUMNS
from tests.support.graphs import FOLLOWERS, FOLLOWING, Graphs, day

Row = dict[str, str]


def table(body: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def short(rows: list[Row]) -> list[tuple[str, str]]:
    return [(row["src_handle"], row["dst_handle"]) for row in rows]


def test_every_span_is_a_line_with_its_bounds(graphs: Graphs, export: Any) -> None:
    ada, bob, cyd, dan = graphs.people("ada", "bob", "cyd", None)
    key = graphs.read(ada, [bob])
    graphs.gone(key, cyd, EndReason.SUSPENDED, from_lo=day(-1), to_lo=day(2), to_hi=day(3))
    graphs.spans([graphs.edge(key, dan, from_hi=day(1))])
    graphs.suspect(key, dan, day(4), day(5))
    rows = table(export(Format.CSV))
    assert tuple(rows[0]) == COLUMNS
    assert [
        (row["dst_handle"], row["from_lo"], row["to_lo"], row["to_hi"], row["reason"])
        for row in rows
    ] == [
        ("bob", "", "", "", ""),
        (
            "cyd",
            "2026-02-28T00:00:00Z",
            "2026-03-03T00:00:00Z",
            "2026-03-04T00:00:00Z",
            "suspended",
        ),
        ("", "", "2026-03-05T00:00:00Z", "", "missing"),
    ]
    assert {row["from_hi"] for row in rows} == {"2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"}
    assert all(row["src"] and row["dst"] for row in rows)


def test_lists_are_chosen_by_account_and_direction(graphs: Graphs, export: Any) -> None:
    ada, bob, cyd = graphs.people("ada", "bob", "cyd")
    zoe, yan = graphs.people("zoe", "yan", network="bluesky")
    graphs.read(ada, [bob])
    graphs.read(ada, [cyd], FOLLOWERS)
    graphs.read(bob, [cyd])
    graphs.read(zoe, [yan])
    every = [("ada", "bob"), ("bob", "cyd"), ("cyd", "ada")]
    assert short(table(export(Format.CSV))) == every
    assert short(table(export(Format.CSV, "ada"))) == [("ada", "bob"), ("cyd", "ada")]
    assert short(table(export(Format.CSV, "ada", direction=FOLLOWING))) == [("ada", "bob")]
    assert short(table(export(Format.CSV, "ada", direction=FOLLOWERS))) == [("cyd", "ada")]
    with pytest.raises(NotFoundError):
        export(Format.CSV, "nobody")


def test_a_moment_leaves_out_what_was_surely_not_there(graphs: Graphs, export: Any) -> None:
    ada, bob, cyd = graphs.people("ada", "bob", "cyd")
    key = graphs.read(ada, [])
    graphs.gone(key, bob, EndReason.UNFOLLOWED, to_lo=day(2), to_hi=day(3))
    graphs.spans([graphs.edge(key, cyd, from_lo=day(2), from_hi=day(4))])
    assert short(table(export(Format.CSV, at=day(1)))) == [("ada", "bob")]
    assert short(table(export(Format.CSV, at=day(2.5)))) == [("ada", "bob"), ("ada", "cyd")]
    assert short(table(export(Format.CSV, at=day(9)))) == [("ada", "cyd")]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1"])
def test_no_name_is_a_formula(graphs: Graphs, export: Any, name: str) -> None:
    ada, bad = graphs.people("ada", name)
    graphs.read(ada, [bad])
    assert table(export(Format.CSV))[0]["dst_handle"] == f"'{name}"


@pytest.mark.parametrize("name", ['quo"te', "a,b", "two\nlines", "\U0001f600", "\x07bell", "'"])
def test_odd_names_come_back_as_they_are(
    graphs: Graphs, export: Any, tmp_path: Path, name: str
) -> None:
    ada, odd = graphs.people("ada", name)
    graphs.read(ada, [odd])
    assert table(export(Format.CSV))[0]["dst_handle"] == name
    assert parquet(export(Format.PARQUET), tmp_path, "dst_handle") == [(name,)]


def parquet(body: bytes, folder: Path, columns: str) -> list[tuple[Any, ...]]:
    path = folder / "read.parquet"
    path.write_bytes(body)
    with duckdb.connect() as session:
        query = f"SELECT {columns} FROM read_parquet(?) ORDER BY src, dst, from_hi"  # noqa: S608 - ours
        return session.execute(query, [str(path)]).fetchall()


def test_parquet_has_times_as_times_and_nothing_as_null(
    graphs: Graphs, export: Any, tmp_path: Path
) -> None:
    ada, bob, none = graphs.people("ada", "=bob", None)
    key = graphs.read(ada, [none])
    graphs.gone(key, bob, EndReason.DELETED, from_lo=day(-1), to_lo=day(2.5), to_hi=day(3))
    body = export(Format.PARQUET)
    columns = "dst_handle, epoch(from_lo), epoch(to_lo), reason"
    rows = sorted(parquet(body, tmp_path, columns), key=str)
    lo, hi = day(-1).timestamp(), day(2.5).timestamp()
    assert rows == [("=bob", lo, hi, "deleted"), (None, None, None, None)]
    kinds = parquet(body, tmp_path, "typeof(src), typeof(from_hi)")
    assert set(kinds) == {("VARCHAR", "TIMESTAMP WITH TIME ZONE")}
    assert not list(tmp_path.glob(".afterword-export-*"))


def test_an_empty_graph_is_a_heading(export: Any, tmp_path: Path) -> None:
    assert export(Format.CSV).decode() == ",".join(COLUMNS) + "\r\n"
    assert parquet(export(Format.PARQUET), tmp_path, "src") == []


def test_without_duckdb_the_error_says_what_to_install(
    export: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ExportError, match=r"pip install 'afterword\[parquet\]'"):
        export(Format.PARQUET)
