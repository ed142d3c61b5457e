"""`afterword graph listen` and `erase`: what is pushed, and what has to be forgotten."""

from typing import Annotated

import typer

from pipeline.cli.arguments import Json, Yes
from pipeline.cli.formats import counted
from pipeline.cli.output import as_json, confirm, note, progress, say
from pipeline.cli.session import opened
from pipeline.domain.graph.kinds import X
from pipeline.ingest.graph.credentials import Credentials
from pipeline.ingest.graph.erasing import Eraser, Forgotten, find
from pipeline.settings.sites import RESERVED_SOURCES

_LONGEST_SOURCE = 100


def _source(name: str) -> str:
    if name in RESERVED_SOURCES or not (0 < len(name) <= _LONGEST_SOURCE and name.isprintable()):
        raise typer.BadParameter("1 to 100 printable characters, and no name of Afterword's own")
    return name


def listen(
    *,
    credential: Annotated[
        str | None, typer.Option(help="An app's own token; default: the first.", metavar="NAME")
    ] = None,
    source: Annotated[
        str, typer.Option(help="What the log calls where events came from.", callback=_source)
    ] = "x-stream",
) -> None:
    """Read X's activity stream into the log, until it is stopped.

    It needs no public address, as a webhook does. What is pushed is set up at X: subscriptions to
    follow.follow and follow.unfollow, for accounts whose lists are kept.

    \b
    Example:
      afterword graph listen
    """
    with opened() as container:
        # Imported here: X's client weighs 5 MB and half a second.
        from pipeline.ingest.graph.streams import open_activity  # noqa: PLC0415 - see above
        from pipeline.processes import listener  # noqa: PLC0415 - as above

        kept = Credentials(container.settings, container.database, container.clock)
        stream = open_activity(container.settings, kept, credential)
        note("listening; Ctrl-C ends it")
        taken = listener.run(container, stream, source)
    accepted = counted(taken.accepted, "event")
    say(f"{accepted} kept, {taken.repeated} repeated, {taken.refused} unreadable.")


def erase(
    account: Annotated[str, typer.Argument(help="A handle, or the network's own id.")],
    *,
    network: Annotated[str, typer.Option(help="Of the account.", metavar="NETWORK")] = X,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Forget an account because it asks for that, for good.

    Its profile, its edges in everybody's lists, its own lists and its login go; what events in the
    log said of it is blanked. A hash stays, which nobody can read back, so that no later look at a
    list stores it again.

    \b
    Examples:
      afterword graph erase @ada
      afterword graph erase 2244994945 --yes
    """
    with opened() as container:
        with container.database.read() as db:
            subject = find(db, network, account)
        named = f"{subject.handle} ({subject.native_id})" if subject.handle else subject.native_id
        confirm(f"Forget {named} on {network} for good?", yes=yes)
        eraser = Eraser(container.database, container.erased, container.ids, container.clock)
        with progress("reading the log", None) as advance:
            forgotten = eraser.erase(subject, advance)
    if json:
        as_json(forgotten._asdict())
        return
    _report(forgotten)


def _report(forgotten: Forgotten) -> None:
    say(
        f"Erased: {counted(forgotten.edges, 'edge')}, {counted(forgotten.lists, 'list')},"
        f" {counted(forgotten.credentials, 'login')}; {counted(forgotten.events, 'event')} blanked."
    )
    note("copies that were exported or backed up before are not Afterword's to erase")
