"""The block list."""

from typing import Annotated, Any

import typer

from pipeline.cli.arguments import Json
from pipeline.cli.formats import iso, local
from pipeline.cli.output import as_json, say, table
from pipeline.cli.session import actor, opened
from pipeline.domain.decisions import Action, BlockKind
from pipeline.ingest.comments.blocklist import entry_value, require_entry
from pipeline.ingest.comments.decide import Blocked
from pipeline.ingest.comments.decide import block as put
from pipeline.settings import Settings
from pipeline.store import signals

Kind = Annotated[BlockKind, typer.Argument(help="What the value is.")]
Value = Annotated[str, typer.Argument(help="A name, an address, a domain.")]
SiteName = Annotated[str | None, typer.Option("--site", help="Needed where there are several.")]


def block(
    kind: Kind,
    value: Value,
    *,
    site: SiteName = None,
    reason: Annotated[str, typer.Option(help="For the record.", metavar="TEXT")] = "",
    json: Json = False,
) -> None:
    """Put an author, e-mail address, IP address or domain on the block list.

    Comments that match are judged by it from now on; those that are there already stay.

    \b
    Examples:
      afterword comments block domain spam.example
      afterword comments block ip 203.0.113.9 --reason "a flood on Sunday"
    """
    text = entry_value(kind, value)
    with opened() as container:
        entry = Blocked(_site(container.settings, site), kind, text, reason, actor())
        with container.database.write() as db:
            event_id = put(db, container.ids, entry)
    if json:
        as_json({"event_id": str(event_id), "site": entry.site, "kind": kind, "value": text})
    else:
        say(f"{kind} {text} is blocked on {entry.site}.")


def unblock(kind: Kind, value: Value, *, site: SiteName = None, json: Json = False) -> None:
    """Take an entry off the block list.

    \b
    Example:
      afterword comments unblock domain spam.example
    """
    text = entry_value(kind, value)
    with opened() as container:
        entry = Blocked(_site(container.settings, site), kind, text, "", actor())
        with container.database.write() as db:
            require_entry(db, entry.site, kind, text)
            event_id = put(db, container.ids, entry, action=Action.UNBLOCK)
    if json:
        as_json({"event_id": str(event_id), "site": entry.site, "kind": kind, "value": text})
    else:
        say(f"{kind} {text} is blocked on {entry.site} no more.")


def blocks(*, site: SiteName = None, json: Json = False) -> None:
    """Show the block list, newest first.

    \b
    Example:
      afterword comments blocks
    """
    with opened() as container, container.database.read() as db:
        rows = signals.blocks(db, site)
    if json:
        as_json([_as_dict(row) for row in rows])
        return
    table(
        ("site", "kind", "value", "since", "reason"),
        [(row.site, row.kind, row.value, local(row.at), row.reason) for row in rows],
        empty="nobody is blocked",
    )


def _site(settings: Settings, name: str | None) -> str:
    if name is None and len(settings.sites) == 1:
        return next(iter(settings.sites))
    if name is not None and name in settings.sites:
        return name
    what = "which site?" if name is None else f"there is no site {name!r}"
    known = ", ".join(sorted(settings.sites)) or "none is set"
    raise typer.BadParameter(f"{what} ({known})", param_hint="--site")


def _as_dict(row: Any) -> dict[str, str | None]:
    named = {"site": row.site, "kind": row.kind, "value": row.value, "reason": row.reason}
    return named | {"at": iso(row.at)}
