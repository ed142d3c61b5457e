"""`afterword graph quote`: what a sync will cost."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

import typer

from pipeline.cli.arguments import Json
from pipeline.cli.formats import counted, duration
from pipeline.cli.output import as_json, say, table
from pipeline.cli.session import opened
from pipeline.domain.graph.kinds import Direction, Mode, X
from pipeline.domain.graph.money import dollars
from pipeline.domain.graph.quote import Line
from pipeline.ingest.graph.quoting import Estimate, Fit, Question, Quoter, Row

Accounts = Annotated[
    list[str], typer.Argument(metavar="ACCOUNT...", help="Handles, @handles or native ids.")
]
Network = Annotated[str, typer.Option(metavar="NAME", help="x, bluesky or mastodon:HOST.")]
Directions = Annotated[
    list[Direction] | None,
    typer.Option("--direction", help="Which list; may be given twice. Followers, by default."),
]
_UNKNOWN = "?"


def quote(  # noqa: PLR0913 - one parameter per option
    accounts: Accounts,
    *,
    network: Network = X,
    direction: Directions = None,
    probe: Annotated[bool, typer.Option("--probe", help="Only the head: who is new.")] = False,
    members: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Take this size where none is known."),
    ] = None,
    json: Json = False,
) -> None:
    """Say what a sync would cost and how long it would take. Asks no network.

    \b
    Examples:
      afterword graph quote ada grace --direction following
      afterword graph quote @ada --members 12000
    """
    mode = Mode.PROBE if probe else Mode.SWEEP
    lists = direction or [Direction.FOLLOWERS]
    asked = Question(network, accounts, list(dict.fromkeys(lists)), mode, members)
    with opened() as container, container.database.read() as db:
        found = Quoter(container.settings.graph, container.clock).quote(db, asked)
    if json:
        as_json(estimate_dict(found))
    else:
        show_estimate(found)


def show_estimate(found: Estimate) -> None:
    """An estimate for people: each list, the total, the caps, and what is assumed."""
    table(
        ("account", "list", "members", "requests", "price", "naive", "at least"),
        [_cells(row) for row in found.rows],
        empty="no list was asked for",
    )
    total = found.quote
    took = duration(timedelta(seconds=total.seconds))
    say(f"\ntotal: {dollars(total.price)} in {counted(total.requests, 'request')}, at least {took}")
    say(f"naive: {dollars(total.naive)}, reading every list again from its beginning")
    if total.unknown:
        price = dollars(total.lookup // total.unknown)
        say(f"not in it: accounts of unknown size: {total.unknown}; looking one up costs {price},")
        say("           or give a size with --members")
    for each in fit_lines(found.fits):
        say(each)
    say("assumed:")
    for each in total.assumptions:
        say(f"  - {each}")


def fit_lines(fits: Sequence[Fit]) -> list[str]:
    """What each app has left, whether its part fits into that, and what stops it."""
    lines = []
    for fit in fits:
        lines.append(f"{fit.app}: {_left(fit)}; {_verdict(fit)}")
        if fit.breaker is not None:
            lines.append(f"{fit.app} is stopped: {fit.breaker.reason}")
    return lines


def estimate_dict(found: Estimate) -> dict[str, Any]:
    """An estimate for machines; money in micro-dollars."""
    return {
        "lists": [_row_dict(row) for row in found.rows],
        "total": found.quote._asdict(),
        "apps": [
            {"app": fit.app, "price": fit.price, "fits": fit.days == 1, "days": fit.days}
            | {"stopped": fit.breaker and fit.breaker.reason}
            | {"left_today": fit.spent.left_today, "left_in_cycle": fit.spent.left_in_cycle}
            for fit in found.fits
        ],
    }


def _cells(row: Row) -> Sequence[str]:
    known, line = row.wanted, row.line
    if line is None:
        return (known.account, known.direction, *[_UNKNOWN] * 5)
    took = duration(timedelta(seconds=line.seconds))
    costs = (dollars(line.price), dollars(line.naive))
    return (
        row.wanted.account,
        known.direction,
        f"{known.members:,}",
        f"{line.requests:,}",
        *costs,
        took,
    )


def _left(fit: Fit) -> str:
    spent = fit.spent
    today = f"{dollars(spent.left_today)} of {dollars(spent.day_cap)} left today"
    return f"{today}, {dollars(spent.left_in_cycle)} of {dollars(spent.cycle_cap)} in this cycle"


def _verdict(fit: Fit) -> str:
    if fit.days is None:
        return "it does not fit: not in ten years under these caps"
    return "it fits" if fit.days == 1 else f"it does not fit: it would take {fit.days:,} days"


def _row_dict(row: Row) -> dict[str, Any]:
    wanted = row.wanted
    return {
        "account": row.wanted.account,
        "network": wanted.network,
        "direction": wanted.direction,
        "credential": wanted.credential,
        "app": row.app,
        "owned": wanted.owned,
        "members": wanted.members,
        "paid": wanted.paid,
    } | (dict.fromkeys(Line._fields) if row.line is None else row.line._asdict())
