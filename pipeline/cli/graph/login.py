"""`afterword graph login` and `logout`: whom the networks are asked as."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.bootstrap import Container
from pipeline.cli.arguments import Yes
from pipeline.cli.formats import counted
from pipeline.cli.graph.callback import Listener, callback_uri
from pipeline.cli.output import confirm, note, say
from pipeline.cli.session import opened
from pipeline.domain.graph.kinds import X
from pipeline.domain.graph.names import NETWORKS, is_public
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.credentials import SETTING, Credentials, Kind

PORT = 8421
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}")


def _named(name: str | None) -> str | None:
    if name is not None and not _NAME.fullmatch(name):
        raise typer.BadParameter("letters, digits and . _ : @ - only, at most 100")
    return name


Name = Annotated[
    str | None, typer.Option(help="By default x-HANDLE, or x.", metavar="NAME", callback=_named)
]
App = Annotated[
    str,
    typer.Option(help="Whose money it spends: the same for one X app.", callback=_named),
]


def login(  # noqa: PLR0913 - one parameter per option
    *,
    network: Annotated[
        str, typer.Option(help="x, bluesky, or mastodon:HOST.", metavar="NETWORK")
    ] = X,
    name: Name = None,
    app: App = SETTING,
    bearer: Annotated[
        Path | None,
        typer.Option(help="Keep the X app's own token, read from a file; - is stdin."),
    ] = None,
    guest: Annotated[
        bool, typer.Option("--guest", help="Who logs in does not own the X app: no owner's price.")
    ] = False,
    paste: Annotated[
        bool, typer.Option("--paste", help="The browser is on another machine: paste its address.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="To be called back on.")] = PORT,
    wait: Annotated[int, typer.Option(min=1, max=3600, help="Seconds.")] = 300,
) -> None:
    """Let Afterword read follow lists.

    On X, somebody allows it in a browser (AFTERWORD_X_CLIENT_ID names the app, whose callback
    addresses must hold http://127.0.0.1:8421/callback). Reading their own lists then costs a tenth.
    X is asked once who it was, under the caps, which costs at most $0.01. Bluesky and Mastodon are
    read without.

    \b
    Examples:
      afterword graph login
      afterword graph login --bearer - < token
      afterword graph login --network mastodon:mastodon.example
    """
    with opened() as container:
        kept = Credentials(container.settings, container.database, container.clock)
        if network != X:
            _open_public(kept, network)
            return
        # Imported here: X's client weighs 5 MB and half a second.
        from pipeline.ingest.graph.logins import Logins, Wanted  # noqa: PLC0415 - see above

        logins = Logins(container.settings, kept, container.graph.finder)
        wanted = Wanted(name, app, guest)
        if bearer is not None:
            say(f"{logins.bearer(_read(bearer), wanted).name} is kept.")
        else:
            _show(_allowed(logins, wanted, port=port, paste=paste, wait=wait))


def logout(
    name: Annotated[str, typer.Argument(help="Of a credential.", metavar="NAME")],
    *,
    yes: Yes = False,
) -> None:
    """Forget a credential, and withdraw it at X.

    \b
    Example:
      afterword graph logout x-ada
    """
    with opened() as container:
        kept = Credentials(container.settings, container.database, container.clock)
        row = kept.find(name)
        if row is None:
            raise NotFoundError(
                f"there is no credential {name!r}: see `afterword graph credentials`"
            )
        if row.kind == Kind.SETTING and container.settings.x_bearer_token is not None:
            raise typer.BadParameter(
                "it is AFTERWORD_X_BEARER_TOKEN: take that out of the settings"
            )
        used = kept.lists_using(name)
        confirm(f"Forget {name}? It reads {counted(used, 'list')}.", yes=yes or not used)
        _log_out(container, kept, row)


def _log_out(container: Container, kept: Credentials, row: Any) -> None:
    from pipeline.ingest.graph.logins import Logins  # noqa: PLC0415 - as above

    trouble = Logins(container.settings, kept, container.graph.finder).log_out(row)
    say(f"{row.name} is forgotten.")
    if trouble:
        note(f"X could not be told ({trouble}): withdraw it in X's settings, under connected apps")


def _open_public(kept: Credentials, network: str) -> None:
    if not is_public(network):
        raise typer.BadParameter(NETWORKS, param_hint="--network")
    kept.open_to_all(network)
    say(f"{network} is read without a login.")


def _read(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"can't be read: {error}", param_hint="--bearer") from None


def _allowed(logins: Any, wanted: Any, *, port: int, paste: bool, wait: int) -> Any:
    attempt = logins.begin(callback_uri(port))
    if paste:
        _ask_to_open(attempt.url)
        note("The browser then shows an error; paste the address it is at:")
        return logins.finish(attempt, sys.stdin.readline(), wanted)
    with Listener(port) as listener:
        _ask_to_open(attempt.url)
        address = listener.wait(attempt.is_answered_by, seconds=wait)
    return logins.finish(attempt, address, wanted)


def _ask_to_open(url: str) -> None:
    note("Open this in a browser where you are logged in on X:")
    say(url)


def _show(done: Any) -> None:
    whose = f"@{done.person.handle}" if done.person else "somebody"
    say(f"{done.row.name} reads as {whose}.")
    if done.unknown:
        note(f"X did not say who it was: {done.unknown}")
    elif done.row.owner_id is not None:
        note(
            f"{whose}'s own lists are reckoned at the owner's price, which X gives if {whose} also"
            " owns the app; if not, log in again with --guest"
        )
