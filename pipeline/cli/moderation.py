"""`afterword moderation`: the rules."""

from typing import Annotated

import typer

from pipeline.cli.arguments import Json
from pipeline.cli.comments.verdicts import as_dict, print_verdict
from pipeline.cli.measuring import measure
from pipeline.cli.output import as_json
from pipeline.cli.session import opened
from pipeline.config import load_settings
from pipeline.domain.schemes import Scheme
from pipeline.errors import NotFoundError
from pipeline.ingest.comments.trial import Trial, try_rules
from pipeline.settings import Settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The rules: try them on a text.",
)


@app.callback()
def moderation() -> None:
    """The rules: try them on a text."""


@app.command("test")
def try_text(  # noqa: PLR0913 - one parameter per option
    text: Annotated[
        typer.FileText, typer.Argument(metavar="FILE", help="A comment's Markdown; - reads stdin.")
    ],
    *,
    name: Annotated[str, typer.Option(help="Its author's name.")] = "Somebody",
    email: Annotated[str | None, typer.Option(help="Its author's address.")] = None,
    website: Annotated[str | None, typer.Option(help="Its author's website.")] = None,
    page: Annotated[str, typer.Option(help="Where it is posted.", metavar="PATH")] = "/",
    source: Annotated[
        str | None, typer.Option(help="As which source; default: the first form.", metavar="NAME")
    ] = None,
    labelled: Annotated[
        bool,
        typer.Option("--labelled", help="FILE is a CSV with the columns text and spam (0, 1)."),
    ] = False,
    json: Json = False,
) -> None:
    """Judge a text as if somebody posted it now. Nothing is stored.

    With --labelled, judge many and say how well the rules agree with people.

    \b
    Examples:
      afterword moderation test comment.md --website https://casino.example
      echo "Great post!" | afterword moderation test -
      afterword moderation test --labelled comments.csv
    """
    if labelled:
        measure(text, load_settings(), json=json)
        return
    trial = Trial(_read(text), name, email, website, page)
    with opened() as container, container.database.read() as db:
        chosen = _source(container.settings, source)
        verdict = try_rules(
            db, container.moderator, trial, source=chosen, event_id=container.ids.next()
        )
    if json:
        as_json(as_dict(verdict))
    else:
        print_verdict(verdict)


def _read(text: typer.FileText) -> str:
    try:
        return text.read()
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{text.name} is not UTF-8 text ({error})") from error


def _source(settings: Settings, name: str | None) -> str:
    if name is not None and name in settings.sources:
        return name
    if name is not None or not settings.sources:
        known = ", ".join(sorted(settings.sources)) or "none is set: run `afterword init`"
        raise NotFoundError(f"there is no such source in {settings.config.name} ({known})")
    forms = [each for each, source in settings.sources.items() if source.scheme is Scheme.FORM]
    return (forms or list(settings.sources))[0]
