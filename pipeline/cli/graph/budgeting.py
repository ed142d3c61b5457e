"""`afterword graph budget`: what was spent, what may be, and what stops it."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.cli.arguments import Json
from pipeline.cli.formats import iso, local
from pipeline.cli.output import as_json, note, say, table
from pipeline.cli.session import opened
from pipeline.domain.graph.money import dollars
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.quoting import Account, Quoter
from pipeline.store.graph.breakers import Breaker


def budget(
    *,
    close_breaker: Annotated[
        str | None,
        typer.Option(metavar="APP", help="Let this app ask again, once its account has credits."),
    ] = None,
    json: Json = False,
) -> None:
    """Show what each app has spent, what it may, and what stops it.

    \b
    Examples:
      afterword graph budget
      afterword graph budget --close-breaker main
    """
    with opened() as container:
        if close_breaker is not None:
            with container.database.write() as db:
                if not container.graph.close_breaker(db, close_breaker):
                    raise NotFoundError(f"no breaker of an app {close_breaker!r} is open")
            note(f"{close_breaker} may ask again")
        with container.database.read() as db:
            found = Quoter(container.settings.graph, container.clock).budget(db)
    if json:
        as_json([_account_dict(each) for each in found])
    else:
        _show_budget(found)


def _show_budget(found: Sequence[Account]) -> None:
    table(
        ("app", "today", "of", "cycle", "of", "reserved", "state"),
        [
            (
                each.app,
                *[dollars(amount) for amount in _amounts(each)],
                "may ask" if each.breaker is None else "STOPPED",
            )
            for each in found
        ],
        empty="nothing was ever spent, and no credential is known",
    )
    for each in found:
        if each.breaker is not None:
            say(f"{each.app} is stopped{_until(each.breaker)}: {each.breaker.reason}")


def _amounts(each: Account) -> Sequence[int]:
    spent = each.spent
    return (spent.day, spent.day_cap, spent.cycle, spent.cycle_cap, spent.reserved)


def _until(breaker: Breaker) -> str:
    if breaker.until is None:
        return " until `--close-breaker` lets it go on"
    return f" until {local(breaker.until)}"


def _account_dict(each: Account) -> dict[str, Any]:
    breaker = each.breaker
    return {"app": each.app, **each.spent._asdict()} | {
        "breaker": breaker
        and {
            "reason": breaker.reason,
            "opened_at": iso(breaker.opened_at),
            "until": iso(breaker.until),
        }
    }
