"""The database's schema, brought to head."""

from typing import Annotated

import typer

from pipeline.cli.output import as_json, say
from pipeline.cli.session import opened
from pipeline.store import schema

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def migrate(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bring the database to the version this Afterword works with.

    `afterword up` does the same by itself. A database that is there already stays as it is.

    \b
    Example, before the processes of a new version start:
      afterword migrate
    """
    with opened(migrated=False) as container, container.database.write() as db:
        before = schema.current(db)
        schema.upgrade(db)
        after = schema.current(db)
    if json:
        as_json({"before": before, "after": after})
    elif before == after:
        say(f"The database is at version {after} already.")
    else:
        say(f"The database went from {before or 'empty'} to version {after}.")
