"""`afterword graph sync`: read lists now, once their price is accepted."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import Connection

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json, Yes
from pipeline.cli.formats import counted
from pipeline.cli.graph.options import (
    DEFAULT_NETWORK,
    Accounts,
    Followers,
    Following,
    Network,
    directions,
    kept_lists,
    title,
)
from pipeline.cli.graph.quoting import fit_lines
from pipeline.cli.graph.watching import Names, watched
from pipeline.cli.output import as_json, confirm, note, say
from pipeline.cli.session import broker_url, opened
from pipeline.domain.graph.kinds import JobState, Mode
from pipeline.domain.graph.money import dollars
from pipeline.domain.graph.quote import quote
from pipeline.errors import NotFoundError
from pipeline.ingest.doctor.broker import answers
from pipeline.ingest.graph.overview import unread
from pipeline.ingest.graph.quoting import Question, Quoter, Row
from pipeline.store.graph import credentials
from pipeline.store.graph.jobs import JobRow
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.profiles import AccountRow

Found = Sequence[tuple[AccountRow, ListRow]]


class Reading(StrEnum):
    """How somebody may have a list read; the other modes follow by themselves."""

    PROBE = Mode.PROBE
    SWEEP = Mode.SWEEP


def sync(  # noqa: PLR0913 - one parameter per option
    accounts: Accounts,
    *,
    network: Network = DEFAULT_NETWORK,
    followers: Followers = False,
    following: Following = False,
    mode: Annotated[
        Reading | None, typer.Option(help="probe: who is new; sweep: also who is gone.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay until it is done.")] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Read lists now: the head of each, or all of one that was never read.

    Says what it will cost, and asks. A running set does the work; nothing is spent past the
    caps of [graph] in afterword.toml.

    \b
    Examples:
      afterword graph sync @ada
      afterword graph sync @ada --mode sweep --watch
    """
    with opened() as container:
        wanted = directions(followers=followers, following=following)
        found = _readable(container, kept_lists(container, accounts, network, wanted))
        asked = None if mode is None else Mode(mode)
        _agree(container, found, asked, yes=yes)
        begun = _begin(container, found, asked)
        names = {row.key: f"{row.direction} of {title(owner)}" for owner, row in found}
        _say_waiting(container)
        if watch:
            begun = watched(container, begun, names)
        _show(names, begun, json=json)
    raise typer.Exit(int(any(job.state == JobState.FAILED for job in begun)))


def _readable(container: Container, found: Found) -> Found:
    """The lists that a credential reads; of the others it says why not. Raises NotFoundError."""
    with container.database.read() as db:
        readers = {row.name for row in credentials.listing(db)}
    chosen = [(owner, row) for owner, row in found if row.credential in readers]
    for owner, row in found:
        if row.credential not in readers:
            note(f"{row.direction} of {title(owner)}: {unread(row)}")
    if not chosen:
        raise NotFoundError("none of these lists can be read")
    return chosen


def _agree(container: Container, found: Found, mode: Mode | None, *, yes: bool) -> None:
    graph = container.settings.graph
    quoter = Quoter(graph, container.clock)
    with container.database.read() as db:
        rows = [_quoted(quoter, db, owner, row, mode) for owner, row in found]
        fits = quoter.fits(db, rows)
    for row in rows:
        note(f"{row.wanted.direction} of {row.wanted.account}: {_said(row)}")
    total = quote([row.wanted for row in rows], overlap=graph.overlap)
    if total.price or any(row.line is None and row.wanted.micros for row in rows):
        for each in total.assumptions:
            note(f"  - {each}")
        for each in fit_lines(fits):
            note(each)
        unknown = ", and what is not known" if total.unknown else ""
        costs = f"This costs about {dollars(total.price)}{unknown}; never more than the caps."
        confirm(f"{costs} Do it?", yes=yes)


def _quoted(
    quoter: Quoter, db: Connection, owner: AccountRow, row: ListRow, mode: Mode | None
) -> Row:
    asked = Question(owner.network, [owner.native_id], [row.direction], mode or Mode.PROBE)
    return quoter.quote(db, asked).rows[0]


def _said(row: Row) -> str:
    mode = Mode.SWEEP if row.wanted.sweeps else Mode.PROBE
    if row.line is None or row.wanted.members is None:
        return f"{mode}; how many there are is not known"
    people = counted(row.wanted.members, "person", "people")
    return f"{mode} of {people}, {counted(row.line.requests, 'request')}, {dollars(row.line.price)}"


def _begin(container: Container, found: Found, mode: Mode | None) -> list[JobRow]:
    with container.database.write() as db:
        begun = [container.graph.sync(db, row, mode) for _, row in found]
    return [job for job in begun if job is not None]


def _say_waiting(container: Container) -> None:
    if not answers(broker_url(container.settings)):
        note("nothing runs here: the work waits for `afterword up`")


def _show(names: Names, begun: Sequence[JobRow], *, json: bool) -> None:
    if json:
        as_json([_as_dict(job, names[job.key]) for job in begun])
        return
    for job in begun:
        reason = f": {job.reason}" if job.reason else ""
        pages = counted(job.page_no, "page")
        say(f"{names[job.key]}: {job.mode} {job.state}, {pages}{reason}")


def _as_dict(job: JobRow, name: str) -> dict[str, str | int | None]:
    return {
        "job": str(job.id),
        "list": name,
        "mode": job.mode,
        "state": job.state,
        "pages": job.page_no,
        "reason": job.reason,
    }
