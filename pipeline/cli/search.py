"""`afterword search`: ask the index as readers do, or see what they look for."""

import re
import time
from datetime import timedelta
from html import unescape
from typing import Annotated

import typer

from pipeline.api.search.shapes import found_shape
from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json
from pipeline.cli.formats import clean, local
from pipeline.cli.output import as_json, note, say, table
from pipeline.cli.session import opened
from pipeline.cli.sites import checked_site, only_site
from pipeline.domain.search import Found, Search, parse
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
    With one, --json prints what /api/search answers.

    \b
    Examples:
      afterword search borrow checker
      afterword search '"async book" -tokio tag:web'
      afterword search --days 7
    """
    with opened() as container:
        if words:
            query = parse(" ".join(words))
            name = only_site(container.settings, site)
            started = time.perf_counter()
            found = container.index.engine.search(Search(name, query, container.clock(), size))
            took_ms = (time.perf_counter() - started) * 1000
            if json:
                as_json(found_shape(found, (), took_ms=took_ms))
            else:
                _show_found(found, scored=query.asks_for_text)
        else:
            _report(container, checked_site(container.settings, site), days, json=json)


def _show_found(found: Found, *, scored: bool) -> None:
    """`scored`: there were words to rank by; else the newest come first."""
    for number, hit in enumerate(found.hits, 1):
        anchor = f"#{hit.anchor}" if hit.anchor else ""
        score = f", {hit.score:.2f}" if scored else ""
        say(f"{number}. {clean(hit.title)}  ({local(hit.published_at)[:10]}{score})")
        say(f"   {hit.url}{anchor}")
        say(f"   {clean(_plain(hit.body_html))}")
    say(f"{found.total} found")
    if found.did_you_mean:
        note(f"did you mean: {clean(found.did_you_mean)}?")


def _plain(html: str) -> str:
    """One line: a post's own would break the list's."""
    return " ".join(unescape(_MARKED.sub(r"*\1*", html)).split())


def _report(container: Container, site: str | None, days: int, *, json: bool) -> None:
    since = container.clock() - timedelta(days=days)
    with container.database.read() as db:
        top = queries.report(db, site=site, since=since, limit=20, empty=False)
        empty = queries.report(db, site=site, since=since, limit=20, empty=True)
    if json:
        as_json({"top": [e._asdict() for e in top], "nothing_found": [e._asdict() for e in empty]})
        return
    say(f"Asked most often in {days} day{'' if days == 1 else 's'}")
    _table(top, "nobody has searched yet")
    say("\nFound nothing")
    _table(empty, "every search found something")


def _table(rows: list[Asked], empty: str) -> None:
    cells = [(row.text, str(row.times), str(row.total), str(row.clicks)) for row in rows]
    table(("query", "times", "found", "clicks"), cells, empty=empty)
