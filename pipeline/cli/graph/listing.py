"""`afterword graph add`, `remove` and `list`: which lists are kept."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Json, Yes
from pipeline.cli.formats import counted, iso, local
from pipeline.cli.graph.options import (
    DEFAULT_NETWORK,
    Accounts,
    Followers,
    Following,
    Network,
    directions,
    kept_lists,
    names,
    title,
)
from pipeline.cli.output import as_json, confirm, note, say, table
from pipeline.cli.session import opened
from pipeline.domain.graph.kinds import Direction
from pipeline.domain.graph.money import dollars
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.service import Wish
from pipeline.store.graph import accounts as store
from pipeline.store.graph import lists
from pipeline.store.graph.credentials import CredentialRow
from pipeline.store.graph.lists import ListRow
from pipeline.store.graph.profiles import AccountRow

Interest = Annotated[
    float | None, typer.Option(min=0.01, max=100, help="Of this list beside others; 1 by default.")
]
SweepDays = Annotated[
    float | None, typer.Option(min=0.5, max=365, help="Between whole readings; 30 by default.")
]


def add(  # noqa: PLR0913 - one parameter per option
    accounts: Accounts,
    *,
    network: Network = DEFAULT_NETWORK,
    followers: Followers = False,
    following: Following = False,
    interest: Interest = None,
    sweep_days: SweepDays = None,
    credential: Annotated[
        str | None, typer.Option(help="To read it with; by default the network's own.")
    ] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Keep follow lists of accounts: their followers, or the lists that are named.

    A handle that is not known yet is looked up, which costs on X: its price is asked about first.
    Adding a list that is kept changes its interest, days and credential.

    \b
    Examples:
      afterword graph add @ada @grace --followers
      afterword graph add 12 --network mastodon:mastodon.example --sweep-days 7
    """
    wish = Wish(interest, sweep_days)
    with opened() as container:
        as_whom = _credential(container, network, credential)
        owners = _owners(container, accounts, as_whom, yes=yes)
        wanted = directions(followers=followers, following=following) or [Direction.FOLLOWERS]
        added = []
        with container.database.write() as db:
            for owner in owners:
                for each in wanted:
                    is_new = container.graph.keep(db, owner, each, as_whom, wish)
                    added.append((owner, each, is_new))
    _show_added(added, json=json)


def remove(
    accounts: Accounts,
    *,
    network: Network = DEFAULT_NETWORK,
    followers: Followers = False,
    following: Following = False,
) -> None:
    """Read these lists no more. What is known of them stays.

    \b
    Example:
      afterword graph remove @ada --following
    """
    wanted = directions(followers=followers, following=following)
    with opened() as container:
        found = kept_lists(container, accounts, network, wanted)
        with container.database.write() as db:
            for _, row in found:
                container.graph.drop(db, row.key)
    for owner, row in found:
        say(f"{row.direction} of {title(owner)} are read no more")


def list_lists(*, json: Json = False) -> None:
    """List the follow lists that are kept.

    \b
    Example:
      afterword graph list --json
    """
    with opened() as container, container.database.read() as db:
        rows = lists.listing(db)
        owners = store.many(db, {row.owner for row in rows})
    if json:
        as_json([as_dict(row, owners[row.owner]) for row in rows])
        return
    table(
        ("account", "network", "list", "size", "interest", "credential", "swept"),
        [_cells(row, owners[row.owner]) for row in rows],
        empty="no list is kept: `afterword graph add @NAME`",
    )


def as_dict(row: ListRow, owner: AccountRow) -> dict[str, Any]:
    """A list for machines."""
    return {
        "account": owner.native_id,
        "handle": owner.handle,
        "network": owner.network,
        "list": row.direction,
        "size": getattr(owner, row.direction),
        "interest": row.interest,
        "credential": row.credential,
        "sweep_days": row.sweep_days,
        "probed_at": iso(row.probed_at),
        "swept_at": iso(row.swept_at),
        "next_probe_at": iso(row.next_probe_at),
        "next_sweep_at": iso(row.next_sweep_at),
        "paused": row.paused,
    }


def _cells(row: ListRow, owner: AccountRow) -> tuple[str, ...]:
    size = getattr(owner, row.direction)
    return (
        title(owner),
        owner.network,
        row.direction,
        "?" if size is None else str(size),
        f"{row.interest:g}",
        row.credential,
        local(row.swept_at),
    )


def _credential(container: Container, network: str, name: str | None) -> CredentialRow:
    kept = container.graph.credentials
    if name is None:
        return kept.choose(network)
    found = kept.find(name)
    if found is None:
        raise NotFoundError(f"there is no credential {name!r}: see `afterword graph credentials`")
    if found.network != network:
        raise typer.BadParameter(f"{name!r} is of {found.network}, not of {network}")
    return found


def _owners(
    container: Container, accounts: Sequence[str], as_whom: CredentialRow, *, yes: bool
) -> list[AccountRow]:
    typed = names(accounts, as_whom.network)
    finder = container.graph.finder
    known = finder.known(typed, as_whom.network)
    unknown = [name for name in typed if name not in known]
    price = len(unknown) * container.graph.look_up_price(as_whom.network)
    if price:
        who = ", ".join(map(str, unknown))
        confirm(f"Looking up {who} costs {dollars(price)}. Do it?", yes=yes)
    return [known.get(name) or finder.look_up(name, as_whom) for name in typed]


def _show_added(added: Sequence[tuple[AccountRow, Direction, bool]], *, json: bool) -> None:
    if json:
        as_json(
            [
                {"account": o.native_id, "handle": o.handle, "list": each, "new": is_new}
                for o, each, is_new in added
            ]
        )
        return
    for owner, each, is_new in added:
        size = getattr(owner, each)
        people = "" if size is None else f", {counted(size, 'person', 'people')}"
        done = "are kept from now on" if is_new else "were kept already"
        say(f"{each} of {title(owner)}{people} {done}")
    if any(is_new for *_, is_new in added):
        note("`afterword graph sync` reads them, once it has said what that costs")
