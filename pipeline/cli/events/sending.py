"""Sending events from files, signed as the blog signs them."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from pipeline.bootstrap import utc_now
from pipeline.cli.arguments import Json
from pipeline.cli.events.messages import Message, read_messages
from pipeline.cli.events.posting import Answer, Poster, signing_secret
from pipeline.cli.output import as_json, note, progress, say
from pipeline.cli.probes import local_host
from pipeline.config import load_settings
from pipeline.settings import Settings

Sent = tuple[Message, Answer]
Files = Annotated[
    list[Path],
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help="JSON, or JSON lines (.jsonl)."
    ),
]


def send(  # noqa: PLR0913 - one parameter per option
    files: Files,
    *,
    source: Annotated[str, typer.Option(help="A source of afterword.toml.", metavar="NAME")],
    type_: Annotated[
        str | None, typer.Option("--type", help="The files hold the data of events of this type.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Of the web process; default: this one's.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Send what was sent before as something new.")
    ] = False,
    json: Json = False,
) -> None:
    """Send events from files to the running web process, signed.

    Each file holds {"type": …, "data": …}, or the data alone with --type. The id is a digest of the
    content, so a file that is sent twice is one event.

    \b
    Examples:
      afterword events send comment.json --source blog
      afterword events send archive.jsonl --source blog --type comment.posted
    """
    settings = load_settings()
    secret = signing_secret(settings, source, now=utc_now())
    messages = [each for path in files for each in read_messages(path, type_=type_, again=again)]
    target = url or _own_url(settings)
    with closing(Poster(target, source, secret, clock=utc_now, pause=Event().wait)) as poster:
        sent = _post(poster, messages)
    if json:
        as_json([{"from": message.place, **answer._asdict()} for message, answer in sent])
    else:
        _report(sent)
    raise typer.Exit(int(any(answer.problem for _, answer in sent)))


def _own_url(settings: Settings) -> str:
    host = local_host(settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _post(poster: Poster, messages: Sequence[Message]) -> list[Sent]:
    sent = []
    with progress("sending", len(messages)) as advance:
        for message in messages:
            answer = poster.post(message)
            sent.append((message, answer))
            if answer.problem:
                note(f"{message.place}: {answer.problem}")
            advance(1)
    return sent


def _report(sent: Sequence[Sent]) -> None:
    counts = Counter(answer.status for _, answer in sent)
    if len(sent) == 1 and sent[0][1].event_id:
        say(f"{sent[0][1].status}: event {sent[0][1].event_id}")
    else:
        say(", ".join(f"{n} {status}" for status, n in counts.items()) or "nothing to send")
