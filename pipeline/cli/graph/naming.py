"""`afterword graph names`: look up who the accounts are that only archives told of."""

from typing import Annotated

import typer

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json, Yes
from pipeline.cli.graph.options import DEFAULT_NETWORK, Network
from pipeline.cli.output import as_json, confirm, note, progress, say
from pipeline.cli.session import opened
from pipeline.domain.graph.money import dollars
from pipeline.errors import Transient
from pipeline.ingest.graph.service import Graph
from pipeline.store.graph import accounts, names
from pipeline.store.graph.credentials import CredentialRow


def look_up(
    *,
    network: Network = DEFAULT_NETWORK,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = 1000,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Look up accounts that are known by their ids alone, once the price is accepted.

    Lists that are read bring names along; archives don't. Stops at the caps of [graph], and goes
    on where it stopped.

    \b
    Examples:
      afterword graph names
      afterword graph names --limit 200 --yes
    """
    with opened() as container:
        graph = container.graph
        credential = graph.credentials.choose(network)
        with container.database.read() as db:
            nameless = names.count_never_read(db, network)
        asked = min(limit, nameless)
        if asked:
            price = dollars(asked * graph.look_up_price(network))
            confirm(f"Looking up {asked:,} of {nameless:,} costs {price} at most. Do it?", yes=yes)
        found = _look_up(container, credential, asked)
        with container.database.read() as db:
            left = names.count_never_read(db, network)
    if json:
        as_json({"found": found, "left": left})
    else:
        say(f"{found:,} have names now; {left:,} are known by their ids alone")


def _look_up(container: Container, credential: CredentialRow, asked: int) -> int:
    graph, after, found = container.graph, 0, 0
    with progress("looking up", asked) as advance:
        while asked > 0:
            ords = _next(container, graph, credential, after=after, asked=asked)
            if not ords:
                break
            with container.database.read() as db:
                rows = list(accounts.many(db, ords).values())
            try:
                found += graph.finder.profiles(rows, credential)
            except Transient as error:
                note(f"stopped: {error.reason}")
                break
            after, asked = max(ords), asked - len(ords)
            advance(len(ords))
    return found


def _next(
    container: Container, graph: Graph, credential: CredentialRow, *, after: int, asked: int
) -> list[int]:
    size = min(asked, graph.finder.largest_lookup(credential))
    with container.database.read() as db:
        return names.never_read(db, credential.network, after=after, limit=size)
