"""`afterword posts`: reading a blog's content, and looking at what is known of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json, Limit
from pipeline.cli.formats import excerpt, iso, local
from pipeline.cli.output import as_json, note, progress, say, table
from pipeline.cli.session import opened
from pipeline.cli.sites import checked_site
from pipeline.errors import SettingsError
from pipeline.ingest.posts.reading import Advance, Synced
from pipeline.store import posts
from pipeline.store.posts import PostRow

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Posts: sync, list.",
)

Site = Annotated[str | None, typer.Option(help="A site of afterword.toml.", metavar="NAME")]


@app.command()
def sync(
    *,
    site: Site = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Read everything again, not only what changed.")
    ] = False,
    json: Json = False,
) -> None:
    """Read the content of a site, or of all, and log what changed.

    A running set then brings the index up to date. Exit code 1 where something could not be read.

    \b
    Examples:
      afterword posts sync
      afterword posts sync --site blog --afresh
    """
    with opened() as container:
        done = {name: _sync(container, name, afresh=afresh) for name in _sites(container, site)}
    if json:
        as_json({name: _as_dict(synced) for name, synced in done.items()})
    else:
        for name, synced in done.items():
            _show_synced(name, synced)
    raise typer.Exit(int(any(synced.refused for synced in done.values())))


@app.command("list")
def list_posts(
    *,
    site: Site = None,
    search: Annotated[str | None, typer.Option(help="Part of an id or path.")] = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List posts, newest first, and whether readers can find them.

    \b
    Example:
      afterword posts list --search /2026/
    """
    with opened() as container, container.database.read() as db:
        named = checked_site(container.settings, site)
        rows = posts.listing(db, site=named, limit=limit, text=search)
    if json:
        as_json([_row_dict(row) for row in rows])
        return
    table(
        ("id", "state", "index", "published", "page"),
        [
            (row.post_id, _state(row), _indexed(row), local(row.published_at), row.page or "-")
            for row in rows
        ],
        empty="no post is known: `afterword posts sync` reads a site's content",
    )


def _sites(container: Container, site: str | None) -> Sequence[str]:
    sites = container.settings.sites
    named = checked_site(container.settings, site)
    wanted = [named] if named else list(sites)
    readable = [name for name in wanted if container.syncer.reads(name)]
    if not readable:
        expected = 'set, as in content = { kind = "hugo", path = "/srv/blog" }'
        raise SettingsError(f"sites.{named or 'NAME'}.content", was=None, expected=expected)
    return readable


def _sync(container: Container, site: str, *, afresh: bool) -> Synced:
    with _survey_progress(f"reading {site}") as advance:
        return container.syncer.run(site, afresh=afresh, advance=advance)


@contextmanager
def _survey_progress(label: str) -> Iterator[Advance]:
    """A bar whose length is known once the first post has been read."""
    with progress(label, None) as move:
        yield lambda _done, total: move(1, total)


def _show_synced(site: str, synced: Synced) -> None:
    counts = {name: n for name, n in synced.counts().items() if n or name in ("added", "changed")}
    say(f"{site}: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
    for each in synced.refused:
        line = "" if each.line is None else f":{each.line}"
        note(f"  {each.where}{line}: {each.reason}")


def _as_dict(synced: Synced) -> dict[str, Any]:
    return synced.counts() | {"refused": [each._asdict() for each in synced.refused]}


def _state(row: PostRow) -> str:
    if row.deleted_at is not None:
        return "removed"
    return "published" if row.visible else "hidden"


def _indexed(row: PostRow) -> str:
    if row.refused is not None:
        return excerpt(f"refused: {row.refused}", 40)
    return "waits" if row.is_dirty else "follows"


def _row_dict(row: PostRow) -> dict[str, Any]:
    return {
        "id": row.post_id,
        "site": row.site,
        "page": row.page,
        "state": _state(row),
        "revision": row.revision,
        "version": str(row.version),
        "indexed_version": str(row.indexed_version),
        "refused": row.refused,
        "published_at": iso(row.published_at),
        "expires_at": iso(row.expires_at),
        "removed_at": iso(row.deleted_at),
    }
