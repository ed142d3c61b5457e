"""What the commands on lists have in common: accounts, networks, which of the two lists."""

from collections.abc import Sequence
from typing import Annotated

import typer

from pipeline.bootstrap import Container
from pipeline.domain.graph.kinds import Direction, X
from pipeline.domain.graph.names import Name, parse
from pipeline.errors import NotFoundError
from pipeline.store.graph import lists
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.profiles import AccountRow

Accounts = Annotated[
    list[str], typer.Argument(help="Handles (@ada) or ids of the network.", metavar="ACCOUNT...")
]
Network = Annotated[str, typer.Option(help="x, bluesky or mastodon:HOST.", metavar="NETWORK")]
Followers = Annotated[bool, typer.Option("--followers", help="The list of those who follow it.")]
Following = Annotated[bool, typer.Option("--following", help="The list of those it follows.")]
DEFAULT_NETWORK = X


def directions(*, followers: bool, following: bool) -> list[Direction]:
    """Which lists were named; none may have been."""
    asked = {Direction.FOLLOWERS: followers, Direction.FOLLOWING: following}
    return [each for each, is_asked in asked.items() if is_asked]


def names(accounts: Sequence[str], network: str) -> list[Name]:
    """What was typed, each once. Raises Rejected."""
    return list(dict.fromkeys(parse(text, network) for text in accounts))


def kept_lists(
    container: Container, accounts: Sequence[str], network: str, wanted: Sequence[Direction]
) -> list[tuple[AccountRow, ListRow]]:
    """The kept lists of these accounts, or those of them that are wanted.

    Raises NotFoundError for an account that has none of them.
    """
    wanted = wanted or list(Direction)
    typed = names(accounts, network)
    known = container.graph.finder.known(typed, network)
    with container.database.read() as db:
        rows = lists.listing(db)
    found = []
    for name in typed:
        owner = known.get(name)
        of_it = [r for r in rows if owner and r.owner == owner.ord and r.direction in wanted]
        if owner is None or not of_it:
            which = " or ".join(wanted)
            raise NotFoundError(
                f"no {which} of {name} on {network} is kept: `afterword graph add {name}`"
            )
        found += [(owner, row) for row in of_it]
    return found


def title(owner: AccountRow) -> str:
    """How an account is shown: its handle, else its id."""
    return f"@{owner.handle}" if owner.handle else owner.native_id
