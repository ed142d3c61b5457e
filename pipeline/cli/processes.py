"""The processes of the set, and all of them at once."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
import typer

from pipeline.cli.session import broker_url
from pipeline.config import load_settings
from pipeline.domain.routes import QUEUES
from pipeline.settings import Settings
from pipeline.supervisor.replace import replace

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Pool = Annotated[
    Literal["threads", "prefork"] | None,
    typer.Option(help="One process with threads, or a process each; default: from the settings."),
]
Concurrency = Annotated[
    int | None, typer.Option(min=1, max=64, help="Deliveries worked at a time.", metavar="N")
]


@app.command()
def up(context: typer.Context) -> None:
    """Start everything on this machine, and keep it running.

    Redis, the web process, a worker and Flower; Ctrl-C stops them in order. Where there is no
    afterword.toml yet, a first one is written.

    \b
    Example:
      AFTERWORD_HOME=/srv/afterword AFTERWORD_PORT=8010 afterword up
    """
    replace(debug=context.find_root().params["debug"])


@app.command()
def web(
    *,
    relay: Annotated[bool, typer.Option(help="Run a relay as a thread of it.")] = True,
) -> None:
    """Run the web process: webhooks, comments, API, and the relay.

    \b
    Example, where relays run by themselves:
      afterword web --no-relay
    """
    settings = load_settings()
    from pipeline.processes import web as process  # noqa: PLC0415 - each process imports its own

    process.run(settings, broker_url(settings), _ready, with_relay=relay)


@app.command()
def relay() -> None:
    """Run one more relay, which hands due work to the broker.

    Any number may run; the web process has one inside.

    \b
    Example:
      AFTERWORD_REDIS_URL=redis://queue.example/0 afterword relay
    """
    settings = load_settings()
    from pipeline.processes import relay as process  # noqa: PLC0415 - each process imports its own

    process.run(settings, broker_url(settings), _ready)


@app.command()
def worker(
    *,
    queues: Annotated[
        str, typer.Option(help="Which queues, with commas between.", metavar="A,B")
    ] = ",".join(QUEUES),
    pool: Pool = None,
    concurrency: Concurrency = None,
    beat: Annotated[bool, typer.Option(help="Run the schedule inside.")] = True,
) -> None:
    """Run a worker.

    \b
    Example, one of several on a large host:
      afterword worker --queues comments --pool prefork --concurrency 8 --no-beat
    """
    chosen = _known(queues)
    settings = _with(load_settings(), worker_pool=pool, worker_concurrency=concurrency)
    from pipeline.processes import worker as process  # noqa: PLC0415 - each imports its own

    process.run(settings, broker_url(settings), _ready, queues=chosen, with_beat=beat)


@app.command()
def beat() -> None:
    """Run the schedule by itself.

    Only needed where every worker runs with --no-beat. Two of them do no harm.

    \b
    Example:
      afterword beat
    """
    settings = load_settings()
    from pipeline.processes import beat as process  # noqa: PLC0415 - each process imports its own

    process.run(settings, broker_url(settings), _ready)


@app.command()
def flower() -> None:
    """Run Flower, which shows the tasks.

    \b
    Example:
      AFTERWORD_FLOWER_PORT=5556 afterword flower
    """
    settings = load_settings()
    from pipeline.processes import flower as process  # noqa: PLC0415 - each process imports its own

    process.run(settings, broker_url(settings), _ready)


def _ready() -> None:
    """Nobody waits for a process that runs by itself."""


def _known(queues: str) -> Sequence[str]:
    chosen = [name.strip() for name in queues.split(",") if name.strip()]
    unknown = sorted(set(chosen) - set(QUEUES))
    if unknown or not chosen:
        what = f"there is no queue {unknown[0]!r}" if unknown else "no queue is named"
        raise typer.BadParameter(f"{what}; there are {', '.join(QUEUES)}", param_hint="--queues")
    return chosen


def _with(settings: Settings, **given: Any) -> Settings:
    chosen = {name: value for name, value in given.items() if value is not None}
    return msgspec.structs.replace(settings, **chosen)
