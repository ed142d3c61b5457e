"""The settings' first version."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import say
from pipeline.cli.settings_file import first_settings, new_secret, write_new
from pipeline.config import config_path

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def init(
    url: Annotated[str, typer.Option(help="Where the blog is.")] = "https://blog.example",
    # Options only to read the environment: settings that are not there yet can't be loaded.
    home: Annotated[Path, typer.Option(envvar="AFTERWORD_HOME", hidden=True)] = Path("var"),
    config: Annotated[Path | None, typer.Option(envvar="AFTERWORD_CONFIG", hidden=True)] = None,
) -> None:
    """Write the first afterword.toml, with a fresh secret.

    A file that is there already is left alone.

    \b
    Example:
      afterword init --url https://blog.example
    """
    environ = {} if config is None else {"AFTERWORD_CONFIG": str(config)}
    path = config_path(environ, home.absolute())
    write_new(path, first_settings(url, new_secret()))
    say(f"Wrote {path}: the site of {url}, a source with a fresh secret, a form for readers.")
    say("Next: `afterword up`, then `afterword doctor` in another terminal.")
