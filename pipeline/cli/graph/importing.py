"""`afterword graph import-archive`: follow lists out of the archive that X sends its users."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json
from pipeline.cli.formats import counted, iso, local
from pipeline.cli.moments import EXPECTED, parse
from pipeline.cli.output import as_json, note, progress, table
from pipeline.cli.session import opened
from pipeline.domain.graph.archive import Listed
from pipeline.ingest.graph.archives import Archives, Imported, ListImported, entries_of, read
from pipeline.ingest.graph.snapshot import Snapshot

_SHOWN = 5


def import_archive(
    *,
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="ZIPs from X, or unpacked folders.")
    ],
    at: Annotated[
        str | None,
        typer.Option(help=f"When the archive was made, if it says so wrongly: {EXPECTED}."),
    ] = None,
    json: Json = False,
) -> None:
    """Take followers and following out of X archives. Costs nothing, and asks X nothing.

    Only account.js, follower*.js, following*.js and manifest.js are opened: no messages, no posts.
    Two archives of an account show who came and who left between them; they may come in any order,
    also after X itself was read, and what is known of another time is never overwritten.

    \b
    Examples:
      afterword graph import-archive twitter-2026-05-01.zip
      afterword graph import-archive 2022.zip 2024.zip 2026.zip
      afterword graph import-archive ./unpacked --at 2019-11-30
    """
    if at is not None and len(paths) > 1:
        raise typer.BadParameter(
            "is the time of one archive: import them one by one", param_hint="--at"
        )
    moment = None if at is None else parse(at)
    with opened() as container:
        now = container.clock()
        # All are read before one is taken in: a broken one changes nothing.
        snapshots = sorted(
            (read(path, at=moment, now=now) for path in paths), key=lambda each: each.at
        )
        done = list(_taken(_archives(container), snapshots))
    if json:
        as_json([_as_dict(imported) for imported in done])
    else:
        _show(done)


def _archives(container: Container) -> Archives:
    history = container.graph.history
    return Archives(container.database, history, container.clock)


def _taken(archives: Archives, snapshots: list[Snapshot]) -> Iterator[Imported]:
    for snapshot in snapshots:
        with progress(f"importing {snapshot.where}", entries_of(snapshot)) as advance:
            yield archives.take(snapshot, advance)


def _show(done: list[Imported]) -> None:
    table(
        ("account", "list", "as of", "members", "new", "returned", "gone", "unresolved"),
        [_row(imported, each) for imported in done for each in imported.lists],
        empty="nothing was imported",
    )
    for imported in done:
        for each in imported.lists:
            for line in _remarks(imported, each):
                note(f"{imported.snapshot.where}, {each.direction}: {line}")


def _row(imported: Imported, each: ListImported) -> tuple[str, ...]:
    listed, found, snapshot = each.listed, each.found, imported.snapshot
    changes: tuple[object, ...] = (found.gained, found.returned, each.gone or found.suspects)
    if each.is_known or each.is_late:
        changes = ("-", "-", "-")
    return (
        snapshot.owner.handle or snapshot.owner.native_id,
        each.direction.value,
        local(snapshot.at),
        str(len(listed.ids)),
        *map(str, changes),
        str(len(listed.unresolved)),
    )


def _remarks(imported: Imported, each: ListImported) -> Iterator[str]:
    """What the numbers don't say."""
    if each.is_known:
        yield "was imported before; nothing was changed"
        return
    if each.is_late:
        yield "older than what is known: it told more closely who came and left when"
    if each.since is not None:
        yield f"new and gone are since {local(each.since)}"
    if each.gone:
        yield "why they are gone is not known: nobody asked X"
    elif each.found.suspects:
        missing = counted(each.found.suspects, "person", "people")
        yield f"{missing} missing: the next sweep asks X why"
    yield from _gaps(imported, each.listed)


def _gaps(imported: Imported, listed: Listed) -> Iterator[str]:
    """What an archive lacks, and has twice."""
    if listed.unresolved:
        some = ", ".join(listed.unresolved[:_SHOWN])
        entries = counted(len(listed.unresolved), "entry without an id", "entries without an id")
        yield f"{entries} ({some}), so nobody counts as gone"
    if listed.untold:
        entries = counted(listed.untold, "entry", "entries")
        yield f"{entries} of its manifest missing, so nobody counts as gone"
    if imported.snapshot.is_partial:
        yield "the archive is one of several parts, so nobody counts as gone"
    if listed.repeated:
        yield f"there twice: {counted(listed.repeated, 'entry', 'entries')}"


def _as_dict(imported: Imported) -> dict[str, Any]:
    snapshot = imported.snapshot
    return {
        "file": snapshot.where,
        "account": {"id": snapshot.owner.native_id, "handle": snapshot.owner.handle},
        "at": iso(snapshot.at),
        "partial": snapshot.is_partial,
        "lists": [_list_dict(each) for each in imported.lists],
    }


def _list_dict(each: ListImported) -> dict[str, Any]:
    listed, found = each.listed, each.found
    return {
        "direction": each.direction.value,
        "imported_before": each.is_known,
        "older_than_known": each.is_late,
        "since": iso(each.since),
        "members": len(listed.ids),
        "new": found.gained,
        "returned": found.returned,
        "gone": each.gone,
        "suspects": found.suspects - each.gone,
        "repeated": listed.repeated,
        "unresolved": list(listed.unresolved),
        "untold": listed.untold,
    }
