"""`afterword search`: ask the index as readers do, or see what they look for."""

import re
from datetime import timedelta
from html import unescape
from typing import Annotated

import typer

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json
from pipeline.cli.formats import clean, local
from pipeline.cli.output import as_json, note, say, table
from pipeline.cli.session import opened
from pipeline.domain.search import Found, Search, parse
from pipeline.errors import SettingsError
from pipeline.store import queries
from pipeline.store.queries import Asked

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_MARKED = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


@app.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(metavar="[QUERY]...")] = None,
    *,
    site: Annotated[str | None, typer.Option(help="A site of afterword.toml.")] = None,
    size: Annotated[int, typer.Option(min=1, max=50, metavar="N", help="Hits to show.")] = 10,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of the report without a query.")] = 30,
    json: Json = False,
) -> None:
    """Ask the search index, or see what readers look for.

    Without a query: what was asked most often, and what found nothing.

    \b
    Examples:
      afterword search borrow checker
      afterword search '"async book" -tokio tag:web'
      afterword search --days 7
    """
    with opened() as container:
        if words:
            name = _site(container, site)
            asked = Search(name, parse(" ".join(words)), container.clock(), size=size)
            _show_found(container.index.engine.search(asked), json=json)
        else:
            _report(container, site, days, json=json)


def _site(container: Container, site: str | None) -> str:
    names = list(container.settings.sites)
    if site is None and len(names) == 1:
        return names[0]
    if site not in names:
        raise SettingsError("--site", was=site, expected=f"one of {', '.join(names) or 'none'}")
    return site


def _show_found(found: Found, *, json: bool) -> None:
    if json:
        as_json(found._asdict() | {"hits": [hit._asdict() for hit in found.hits]})
        return
    for number, hit in enumerate(found.hits, 1):
        anchor = f"#{hit.anchor}" if hit.anchor else ""
        say(f"{number}. {clean(hit.title)}  ({local(hit.published_at)[:10]}, {hit.score:.2f})")
        say(f"   {hit.url}{anchor}")
        say(f"   {clean(_plain(hit.body_html))}")
    say(f"{found.total} found")
    if found.did_you_mean:
        note(f"did you mean: {clean(found.did_you_mean)}?")


def _plain(html: str) -> str:
    return unescape(_MARKED.sub(r"*\1*", html))


def _report(container: Container, site: str | None, days: int, *, json: bool) -> None:
    since = container.clock() - timedelta(days=days)
    with container.database.read() as db:
        top = queries.report(db, site=site, since=since, limit=20, empty=False)
        empty = queries.report(db, site=site, since=since, limit=20, empty=True)
    if json:
        as_json({"top": [e._asdict() for e in top], "nothing_found": [e._asdict() for e in empty]})
        return
    say(f"Asked most often in {days} days")
    _table(top, "nobody has searched yet")
    say("\nFound nothing")
    _table(empty, "every search found something")


def _table(rows: list[Asked], empty: str) -> None:
    cells = [(row.text, str(row.times), str(row.total), str(row.clicks)) for row in rows]
    table(("query", "times", "found", "clicks"), cells, empty=empty)
