"""The root command: its options, and how every error ends."""

from typing import Annotated, Any

import typer

from pipeline.cli.lazy import LazyGroup
from pipeline.failures import code_of, sentence_of


class Root(LazyGroup):
    """Turns errors into one line on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Errors end as `typer.Exit`; with --debug they are raised as they are."""
        try:
            return super().invoke(ctx)
        except (typer.TyperException, typer.Exit, typer.Abort, BrokenPipeError):
            raise  # typer's own endings, and a pager that was closed
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            typer.echo(f"afterword: {sentence_of(error)}", err=True)
            raise typer.Exit(code_of(error)) from None


# Plain help: the framed one imports a Markdown parser and a highlighter, which takes longer than
# everything else that help needs together.
app = typer.Typer(
    name="afterword",
    cls=Root,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(*, asked: bool) -> None:
    if asked:
        # Imported here: finding a package's version takes as long as all else that help needs.
        from pipeline.api.version import app_version  # noqa: PLC0415

        typer.echo(f"afterword {app_version()}")
        raise typer.Exit


@app.callback()
def options(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback when something fails.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Comments for a static blog, with nothing lost.

    \b
    The first time:
      afterword init        write the settings
      afterword up          start everything
      afterword doctor      see whether all is well

    Exit codes: 0 done, 1 failed, 2 wrong usage or settings.
    """


def run() -> None:
    """Run the command line of this process."""
    app(prog_name="afterword")
