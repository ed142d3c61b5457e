"""Commands whose modules are imported when they are run, and not before.

This is the one place that decides when to import. SQLAlchemy and Celery take a second and a half
between them on a small server; help, completion and a mistyped name must not wait for them. So the
root knows each command by its name and first line, and modules of commands import what they like.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import typer.main
from typer.core import TyperCommand, TyperGroup


class Entry(NamedTuple):
    """A command: the module whose `app` holds it, and the first line of its help."""

    module: str
    help: str


COMMANDS: Mapping[str, Entry] = {
    "up": Entry("processes", "Start everything on this machine, and keep it running."),
    "init": Entry("init", "Write the first afterword.toml, with a fresh secret."),
    "doctor": Entry("checkup", "Check settings, servers, database and disk; say what to do."),
    "status": Entry(
        "status", "Show what waits, since when, what has failed, and what networks may be asked."
    ),
    "migrate": Entry("migrate", "Bring the database to the version this Afterword works with."),
    "events": Entry("events", "The log: list, show, send, redrive, replay, purge."),
    "comments": Entry("comments", "Moderation: list, show, approve, reject, undo, explain, block."),
    "moderation": Entry("moderation", "The rules: try them on a text."),
    "posts": Entry("posts", "Posts: sync, list."),
    "index": Entry("index", "The search index: rebuild, reconcile, status, rollback."),
    "search": Entry("search", "Ask the search index, or see what readers look for."),
    "graph": Entry(
        "graph", "Follow graphs: add, quote, sync, status, compare, changes, series, export."
    ),
    "web": Entry("processes", "Run the web process: webhooks, comments, API, and the relay."),
    "relay": Entry("processes", "Run one more relay, which hands due work to the broker."),
    "worker": Entry("processes", "Run a worker."),
    "beat": Entry("processes", "Run the schedule by itself."),
    "flower": Entry("processes", "Run Flower, which shows the tasks."),
}


class LazyGroup(TyperGroup):
    """A group that shows COMMANDS and imports the one that is called."""

    def __init__(self, **attributes: Any) -> None:
        shown = {name: TyperCommand(name, help=entry.help) for name, entry in COMMANDS.items()}
        super().__init__(**(attributes | {"commands": shown}))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command in place of the one that help shows. Fails as wrong usage."""
        name, shown, rest = super().resolve_command(ctx, args)
        return name, None if name is None or shown is None else load(name), rest


@cache  # completion asks for the same one again and again
def load(name: str) -> Any:
    """The command of this name, imported."""
    app = import_module(f"pipeline.cli.{COMMANDS[name].module}").app
    command = typer.main.get_command(app)
    members = getattr(command, "commands", {})
    return members.get(name, command)
