"""Where the last reading of each site's content source ended, and who reads now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, or_, select, update

from pipeline.store.post_tables import content_state

_s = content_state.c


def get(db: Connection, site: str) -> Mapping[str, Any] | None:
    """The source's own bookmark; None before the first whole reading."""
    text = db.execute(select(_s.state).where(_s.site == site)).scalar()
    return None if text is None else msgspec.json.decode(text, type=dict[str, Any])


def take(db: Connection, site: str, *, now: datetime, until: datetime) -> bool:
    """Become the one who reads; False while another does."""
    if db.execute(select(_s.site).where(_s.site == site)).first() is None:
        db.execute(insert(content_state).values(site=site, reader_until=until))
        return True
    free = or_(_s.reader_until.is_(None), _s.reader_until <= now)
    query = update(content_state).where(_s.site == site, free).values(reader_until=until)
    return db.execute(query).rowcount == 1


def renew(db: Connection, site: str, *, held: datetime, until: datetime | None) -> bool:
    """Keep or, with None, give back what was taken; False when another took over."""
    query = update(content_state).where(_s.site == site, _s.reader_until == held)
    return db.execute(query.values(reader_until=until)).rowcount == 1


def save(
    db: Connection,
    site: str,
    state: Mapping[str, Any],
    *,
    now: datetime,
    counts: Mapping[str, int],
) -> None:
    """Store the bookmark of a reading that went through."""
    values = {
        "state": msgspec.json.encode(state).decode(),
        "synced_at": now,
        "counts": msgspec.json.encode(counts).decode(),
    }
    db.execute(update(content_state).where(_s.site == site).values(values))
