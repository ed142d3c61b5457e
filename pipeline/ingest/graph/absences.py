"""Who is missing: suspects, and the sights of other lists that speak for them."""

from collections.abc import Mapping
from datetime import datetime

from pyroaring import BitMap
from sqlalchemy import Connection

from pipeline.domain.graph.fence import Head
from pipeline.domain.graph.kinds import Mode
from pipeline.ingest.graph.arrivals import last_seen
from pipeline.ingest.graph.looks import Before, Look
from pipeline.store.graph import lists, spans, suspects
from pipeline.store.graph.suspects import Suspect


def missing(db: Connection, look: Look, head: Head) -> BitMap:
    """Members a run should have seen and did not.

    A sweep should see all but those that came, by an event or a probe, after it began, and in its
    closing pages again those of its first ones that it read past. A probe should see those of the
    fence that it read past. Either end of an edge may be its list's owner: where the other list was
    swept since this run began and has the edge, it is there.
    """
    key, since = look.run.key, look.run.started_at
    if look.run.mode is Mode.SWEEP:
        unseen = spans.current(db, key) - BitMap(look.first) - spans.opened_since(db, key, since)
        unseen |= BitMap(look.late.missing)
    else:
        unseen = BitMap(head.missing)
    if not unseen:
        return unseen
    owners = lists.owners(db, key.direction.other)
    doubted = suspects.missed_by(db, key.direction.other, key.owner)
    fresh = [owner for owner, swept in owners.items() if swept is not None and swept >= since]
    return unseen - BitMap(owner for owner in fresh if owner not in doubted)


def suspected(
    look: Look, past: Before, members: Mapping[int, datetime], overlap: int
) -> list[Suspect]:
    """These members as suspects, each last seen by the newest look that had it.

    Of members that are to be in the list when the run has ended, and since when.
    """
    at = look.ended_at

    def seen(member: int, began: datetime) -> datetime:
        return look.last.get(member) or last_seen(past, member, began, at, overlap)

    return [
        Suspect(member, seen(member, began), at, look.run.id)
        for member, began in members.items()
        if began < at
    ]


def trust(db: Connection, look: Look, waiting: Mapping[int, Suspect]) -> None:
    """Clear those that were seen after they were missed, in this list and in those of its members."""
    key, last = look.run.key, look.last
    seen = [m for m, suspect in waiting.items() if m in last and last[m] > suspect.missed_at]
    suspects.remove(db, key, seen)
    missed = suspects.missed_by(db, key.direction.other, key.owner)
    owners = [owner for owner, at in missed.items() if owner in last and last[owner] > at]
    suspects.trust(db, key.direction.other, owners, key.owner)
