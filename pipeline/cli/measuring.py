"""The rules beside people's labels: a CSV judged from top to bottom, and how well both agree."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any, TextIO
from urllib.parse import urlsplit

import typer

from pipeline.bootstrap import policy_of
from pipeline.cli.output import as_json, progress, say, table
from pipeline.domain.moderation.evaluation import (
    Agreement,
    Judged,
    SignalRow,
    agreement,
    signal_rows,
)
from pipeline.domain.moderation.labelled import Labelled, judge_labelled
from pipeline.errors import InvalidEventError
from pipeline.settings import Settings

_TEXT = ("text", "content")
_LABELS = {"1": True, "spam": True, "0": False, "ham": False}


def measure(file: TextIO, settings: Settings, *, json: bool) -> None:
    """Judge a CSV with the site's own settings and print the agreement. Stores nothing.

    Ends as wrong usage where the file has other columns, labels or characters.
    """
    comments = list(_read(file))
    judged = _judge(comments, settings, file.name)
    found, rows = agreement(judged), signal_rows(judged)
    if json:
        as_json(_as_dict(found, rows))
    else:
        _show(found, rows)


def _read(file: TextIO) -> Iterator[Labelled]:
    reader = csv.DictReader(file)
    try:
        columns = [name for name in _TEXT if name in (reader.fieldnames or ())]
        if not columns or "spam" not in (reader.fieldnames or ()):
            raise typer.BadParameter(f"{file.name} needs the columns text and spam (0 or 1)")
        for row in reader:
            label = _LABELS.get((row["spam"] or "").strip().lower())
            if label is None:
                where = f"{file.name}, line {reader.line_num}"
                raise typer.BadParameter(f"{where}: spam is {row['spam']!r}, but must be 0 or 1")
            yield Labelled(row[columns[0]], label, row.get("name") or "Somebody")
    except (csv.Error, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file.name} is no CSV in UTF-8 ({error})") from error


def _judge(comments: Sequence[Labelled], settings: Settings, name: str) -> list[Judged]:
    hosts = frozenset(urlsplit(site.url).hostname or "" for site in settings.sites.values())
    verdicts = judge_labelled(comments, policy_of(settings), site_hosts=hosts)
    judged: list[Judged] = []
    with progress("judging", len(comments)) as advance:
        try:
            for each in verdicts:
                judged.append(each)
                advance(1)
        except InvalidEventError as error:
            where = f"{name}, comment {len(judged) + 1}"
            raise typer.BadParameter(f"{where} can't be judged: {error.problem}") from error
    return judged


def _show(found: Agreement, rows: Sequence[SignalRow]) -> None:
    spam, harmless = found[:3], found[3:]
    lines = [
        (label, str(sum(counts)), *(_share(count, sum(counts)) for count in counts))
        for label, counts in (("spam", spam), ("harmless", harmless))
    ]
    table(("label", "comments", "published", "held", "rejected"), lines, empty="no comments")
    say(
        f"\n{found.precision:.1%} of what was not published is spam;"
        f" {found.recall:.1%} of the spam was not published.\n"
    )
    hits = [
        (row.name, str(row.hits), f"{row.precision:.0%}", f"{row.recall:.0%}", str(row.errors))
        for row in sorted(rows, key=lambda row: (-row.hits, row.name))
        if row.hits or row.errors
    ]
    columns = ("signal", "hits", "of them on spam", "of all spam", "errors")
    table(columns, hits, empty="no signal found anything")


def _as_dict(found: Agreement, rows: Sequence[SignalRow]) -> dict[str, Any]:
    shares = {"precision": found.precision, "recall": found.recall}
    return found._asdict() | shares | {"signals": [row._asdict() for row in rows]}


def _share(count: int, total: int) -> str:
    return f"{count} ({count / total:.0%})" if total else "0"
