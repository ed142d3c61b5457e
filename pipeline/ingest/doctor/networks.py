"""The networks whose lists are read: their credentials work, and no app is stopped."""

from datetime import datetime

from sqlalchemy import Connection

from pipeline.ingest.doctor.check import Check, ok, warn
from pipeline.store.graph import breakers, credentials


def check_networks(db: Connection, *, now: datetime) -> list[Check]:
    """A line for each credential that is broken and each app that must not call; or that none is.

    Nothing where no list is kept of any network.
    """
    kept = credentials.listing(db)
    wrong = [
        warn(
            "credential",
            f"{each.name!r} is broken: {each.broken}",
            "`afterword graph login` renews it; `afterword graph sync` tries it once more",
        )
        for each in kept
        if each.broken is not None
    ]
    wrong += [
        warn(
            "network",
            f"the app {each.app!r} is stopped: {each.reason}",
            f"when that is mended: `afterword graph budget --close-breaker {each.app}`",
        )
        for each in breakers.listing(db)
        if each.holds(now)
    ]
    return wrong or ([ok("network", "no credential is broken, no app stopped")] if kept else [])
