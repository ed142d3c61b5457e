"""What waits, and what has failed."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from pipeline.broker import CeleryPublisher, make_celery
from pipeline.cli.formats import duration, iso
from pipeline.cli.graph.status import means_dict, show_means
from pipeline.cli.output import as_json, note, say, table
from pipeline.cli.session import broker_url, opened
from pipeline.domain.routes import QUEUES
from pipeline.errors import Transient
from pipeline.ingest.doctor.broker import answers
from pipeline.ingest.graph.overview import Surveyor
from pipeline.ingest.status import Standing, standing

app = typer.Typer(add_completion=False, rich_markup_mode=None)

COLUMNS = ("handler", "waiting", "parked", "unclaimed", "dead", "oldest")
QUEUE_COLUMNS = ("queue", "in the broker", "in flight")


@app.command()
def status(
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what waits, since when, what has failed, and what networks may be asked.

    "parked" waits for its next attempt; "unclaimed" was sent out and no worker began it. Below stand
    networks' rate windows and the budgets of [graph].

    \b
    Example:
      afterword status --json
    """
    with opened() as container:
        with container.database.read() as db:
            found = standing(db, now=container.clock())
            surveyor = Surveyor(container.settings.graph, container.graph.turnstile)
            means = surveyor.means(db)
        depths = _depths(broker_url(container.settings))
    if json:
        as_json(_as_dict(found, depths) | means_dict(means))
        return
    _show(found, depths)
    show_means(means, found.at)


def _depths(url: str) -> Mapping[str, int] | None:
    if not answers(url):  # asked first: Celery's own connection tries for seconds
        return None
    publisher = CeleryPublisher(make_celery(url))
    try:
        return publisher.depths(QUEUES)
    except Transient:
        return None
    finally:
        publisher.close()


def _show(found: Standing, depths: Mapping[str, int] | None) -> None:
    rows = []
    for line in found.backlogs:
        oldest = "-" if line.oldest is None else duration(found.at - line.oldest)
        counts = (line.waiting, line.parked, line.unclaimed, line.dead)
        rows.append((line.handler, *map(str, counts), oldest))
    table(COLUMNS, rows, empty="nothing waits, and nothing has failed")
    say()
    known = depths or {}
    queues = [(q, str(known.get(q, "?")), str(n)) for q, n in found.in_flight.items()]
    table(QUEUE_COLUMNS, queues, empty="there are no queues")
    if found.comments:
        say("\ncomments: " + ", ".join(f"{n} {state}" for state, n in found.comments.items()))
    if depths is None:
        note("\nRedis does not answer: events are stored and wait (see `afterword doctor`)")
    if found.dead:
        note(f"\n{found.dead} given up: see `afterword events list --state dead`")


def _as_dict(found: Standing, depths: Mapping[str, int] | None) -> dict[str, Any]:
    known = depths or {}
    return {
        "at": iso(found.at),
        "handlers": [
            line._asdict()
            | {
                "oldest": iso(line.oldest),
                "oldest_seconds": line.oldest and (found.at - line.oldest).total_seconds(),
            }
            for line in found.backlogs
        ],
        "dead": found.dead,
        "queues": [
            {"queue": queue, "depth": known.get(queue), "in_flight": count}
            for queue, count in found.in_flight.items()
        ],
        "broker_answers": depths is not None,
        "comments": dict(found.comments),
    }
