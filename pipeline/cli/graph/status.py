"""`afterword graph status`: what is read, what waits and why, what is spent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pipeline.cli.arguments import Json, Limit
from pipeline.cli.formats import duration, excerpt, iso
from pipeline.cli.graph.listing import as_dict
from pipeline.cli.graph.options import title
from pipeline.cli.output import as_json, note, say, table
from pipeline.cli.session import opened
from pipeline.domain.graph.money import dollars
from pipeline.ingest.graph.overview import JobLine, ListLine, Means, Overview, Surveyor
from pipeline.ingest.graph.turnstile import Spent
from pipeline.store.graph.jobs import JobRow


def status(*, limit: Limit = 20, json: Json = False) -> None:
    """Show lists, what is being read, what waits and why, windows and money.

    \b
    Example:
      afterword graph status --json
    """
    with opened() as container, container.database.read() as db:
        surveyor = Surveyor(container.settings.graph, container.graph.turnstile)
        found = surveyor.overview(db, now=container.clock(), limit=limit)
    if json:
        as_json(_as_dict(found))
    else:
        _show(found)


def _show(found: Overview) -> None:
    table(
        ("account", "list", "size", "a day", "probed", "swept", "next"),
        [_list_cells(line, found.at) for line in found.lists],
        empty="no list is kept: `afterword graph add @NAME`",
    )
    for line in found.lists:
        if line.note:
            note(f"{line.row.direction} of {title(line.owner)}: {line.note}")
    if found.jobs:
        say()
        table(
            ("job", "account", "list", "pages", "where"),
            [_job_cells(line, found.at) for line in found.jobs],
            empty="",
        )
        if found.open_jobs > len(found.jobs):
            say(f"and {found.open_jobs - len(found.jobs)} more")
    for job, owner in found.failed:
        note(f"failed: {job.mode} of {title(owner)}: {job.reason}")
    show_means(found.means, found.at)


def show_means(found: Means, now: datetime) -> None:
    """Rate windows, money and what stops an app, a line each."""
    if found.windows:
        say()
    for each in found.windows:
        left = f"{each.window.remaining} of {each.window.quota} calls left"
        full = f", full again in {_until(each.window.reset_at, now)}"
        say(f"{each.credential}, {each.endpoint}: {left}{full}")
    for app, spent in found.budgets.items():
        day = f"{dollars(spent.day)} of {dollars(spent.day_cap)} today"
        cycle = f"{dollars(spent.cycle)} of {dollars(spent.cycle_cap)} this cycle"
        say(f"{app}: {day}, {cycle}")
    for breaker in found.breakers:
        note(f"{breaker.app} asks nothing: {breaker.reason}")


def _list_cells(line: ListLine, now: datetime) -> tuple[str, ...]:
    row = line.row
    size = getattr(line.owner, row.direction)
    upcoming = [moment for moment in (row.next_probe_at, row.next_sweep_at) if moment is not None]
    return (
        title(line.owner),
        row.direction,
        "?" if size is None else str(size),
        f"{line.per_day:.1f}",
        _ago(row.probed_at, now),
        _ago(row.swept_at, now),
        "-" if row.paused or not upcoming else f"in {_until(min(upcoming), now)}",
    )


def _job_cells(line: JobLine, now: datetime) -> tuple[str, ...]:
    job = line.job
    return (
        job.mode,
        title(line.owner),
        job.direction,
        str(job.page_no),
        excerpt(_where(job, now), 80),
    )


def _where(job: JobRow, now: datetime) -> str:
    """Where a job is: out, waiting for its time and why, or in the line."""
    if job.out_until is not None:
        return "out"
    if job.not_before > now:
        return f"waits {_until(job.not_before, now)}: {job.reason or 'its time has not come'}"
    return "in the line for the next call"


def _ago(moment: datetime | None, now: datetime) -> str:
    return "-" if moment is None else f"{duration(now - moment)} ago"


def _until(moment: datetime | None, now: datetime) -> str:
    return "?" if moment is None else duration(moment - now)


def _as_dict(found: Overview) -> dict[str, Any]:
    return {
        "at": iso(found.at),
        "lists": [
            as_dict(line.row, line.owner) | {"changes_per_day": line.per_day, "note": line.note}
            for line in found.lists
        ],
        "jobs": _job_dicts(found.jobs, found.at),
        "open_jobs": found.open_jobs,
        "failed": _job_dicts(found.failed, found.at),
    } | means_dict(found.means)


def means_dict(found: Means) -> dict[str, Any]:
    """The same for machines."""
    return {
        "windows": [
            {
                "credential": each.credential,
                "endpoint": each.endpoint,
                "quota": each.window.quota,
                "remaining": each.window.remaining,
                "reset_at": iso(each.window.reset_at),
            }
            for each in found.windows
        ],
        "budgets": {app: _spent_dict(spent) for app, spent in found.budgets.items()},
        "breakers": [
            {"app": each.app, "reason": each.reason, "until": iso(each.until)}
            for each in found.breakers
        ],
    }


def _job_dicts(lines: Sequence[JobLine], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": str(line.job.id),
            "account": line.owner.native_id,
            "list": line.job.direction,
            "mode": line.job.mode,
            "state": line.job.state,
            "pages": line.job.page_no,
            "not_before": iso(line.job.not_before),
            "where": _where(line.job, now) if line.job.is_open else line.job.state,
            "reason": line.job.reason,
        }
        for line in lines
    ]


def _spent_dict(spent: Spent) -> dict[str, int]:
    return {f"{name}_microdollars": value for name, value in spent._asdict().items()}
