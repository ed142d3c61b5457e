"""The settings' first version."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import say
from pipeline.config import config_path
from pipeline.errors import StartError
from pipeline.starter import write_starter

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def init(
    # Options only to read the environment: settings that are not there yet can't be loaded.
    home: Annotated[Path, typer.Option(envvar="AFTERWORD_HOME", hidden=True)] = Path("var"),
    config: Annotated[Path | None, typer.Option(envvar="AFTERWORD_CONFIG", hidden=True)] = None,
    port: Annotated[int, typer.Option(envvar="AFTERWORD_PORT", hidden=True)] = 8000,
) -> None:
    """Write the first afterword.toml, with a fresh secret.

    A file that is there already is left alone.

    \b
    Example:
      AFTERWORD_HOME=/srv/afterword afterword init
    """
    environ = {} if config is None else {"AFTERWORD_CONFIG": str(config)}
    path = config_path(environ, home.absolute())
    try:
        write_starter(path, port=port)
    except FileExistsError as error:
        raise StartError(f"{error.filename} is there already: edit it, or move it away") from error
    say(f"Wrote {path}: one site, a source with a fresh secret, a form for readers.")
    say("Next: put your blog's address into it, then run `afterword up`.")
