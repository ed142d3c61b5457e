"""The work: nothing given up, nothing waiting too long, the audit whole."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.ingest.doctor.check import Check, fail, ok, warn
from pipeline.ingest.status import Standing, standing
from pipeline.store import audit

LATE = timedelta(minutes=10)
"""A comment that waits longer than that has no worker, or one that can't keep up."""


def check_work(db: Connection, *, now: datetime) -> list[Check]:
    """Backlog, dead letters and audit of a migrated database."""
    found = standing(db, now=now)
    return [check_backlog(found), check_dead(found), check_audit(audit.first_broken(db))]


def check_backlog(found: Standing) -> Check:
    """Whether workers take what is due."""
    waiting = sum(line.waiting for line in found.backlogs)
    # What is parked waits on purpose, and may well be the oldest.
    late = [
        line.handler
        for line in found.backlogs
        if not line.parked and line.oldest and found.at - line.oldest > LATE
    ]
    unclaimed = [line.handler for line in found.backlogs if line.unclaimed]
    if stuck := late or unclaimed:
        return warn(
            "backlog",
            f"{waiting} wait; no worker takes {', '.join(stuck)}",
            "see that a worker and Redis run; its log says what it stumbles over",
        )
    return ok("backlog", f"{waiting} wait")


def check_dead(found: Standing) -> Check:
    """Whether anything was given up."""
    if not found.dead:
        return ok("dead letters", "none")
    return warn(
        "dead letters",
        f"{found.dead} given up",
        "`afterword events list --state dead` shows them, `events redrive` tries again",
    )


def check_audit(broken: int | None) -> Check:
    """Whether each decision's hash covers the one before it."""
    if broken is None:
        return ok("audit", "the chain of decisions is whole")
    return fail(
        "audit",
        f"decision {broken} does not fit the one before it: a row was changed or is missing",
        "find out who changed the table moderation_action; a replay rebuilds it from the log",
    )
