"""Generations of the index: rows in, rows out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select, update

from pipeline.store.post_tables import GenerationState, index_generation


class GenerationRow(NamedTuple):
    """A generation's row; see the table for what each column means."""

    name: str
    engine: str
    fingerprint: str
    state: str
    cursor: str
    written: int
    expected: int | None
    checksum: str | None
    problem: str | None
    started_at: datetime
    finished_at: datetime | None
    builder_until: datetime | None
    reconciled_at: datetime | None
    drift: int | None


_g = index_generation.c
_ALL = select(*[_g[name] for name in GenerationRow._fields])


def listing(db: Connection, engine: str) -> list[GenerationRow]:
    """An engine's generations, oldest first."""
    rows = db.execute(_ALL.where(_g.engine == engine).order_by(_g.started_at, _g.name))
    return [GenerationRow(*row) for row in rows]


def get(db: Connection, name: str) -> GenerationRow | None:
    """The generation of this name."""
    row = db.execute(_ALL.where(_g.name == name)).first()
    return None if row is None else GenerationRow(*row)


def in_state(db: Connection, engine: str, state: GenerationState) -> GenerationRow | None:
    """The newest generation of an engine in this state."""
    query = _ALL.where(_g.engine == engine, _g.state == state)
    row = db.execute(query.order_by(_g.started_at.desc()).limit(1)).first()
    return None if row is None else GenerationRow(*row)


def active(db: Connection, engine: str) -> list[str]:
    """Names of the generations that follow every change: the live one and the one being built."""
    states = (GenerationState.LIVE, GenerationState.BUILDING)
    rows = db.execute(
        select(_g.name).where(_g.engine == engine, _g.state.in_(states)).order_by(_g.name)
    )
    return [row[0] for row in rows]


def add(db: Connection, name: str, engine: str, fingerprint: str, *, now: datetime) -> None:
    """A generation that is about to be built."""
    db.execute(
        insert(index_generation).values(
            name=name,
            engine=engine,
            fingerprint=fingerprint,
            state=GenerationState.BUILDING,
            started_at=now,
        )
    )


def take(db: Connection, name: str, *, now: datetime, until: datetime) -> bool:
    """Become its builder; False while another process is."""
    free = or_(_g.builder_until.is_(None), _g.builder_until <= now)
    query = update(index_generation).where(
        _g.name == name, _g.state == GenerationState.BUILDING, free
    )
    return db.execute(query.values(builder_until=until)).rowcount == 1


def renew(db: Connection, name: str, *, held: datetime, until: datetime) -> bool:
    """Stay its builder; False when another process took over (the lease `held` had run out)."""
    query = update(index_generation).where(_g.name == name, _g.builder_until == held)
    return db.execute(query.values(builder_until=until)).rowcount == 1


def change(db: Connection, name: str, **values: Any) -> None:
    """Set columns of a generation."""
    db.execute(update(index_generation).where(_g.name == name).values(values))


def forget(db: Connection, names: Sequence[str]) -> None:
    """Delete rows of generations that are gone from the engine."""
    db.execute(delete(index_generation).where(_g.name.in_(names)))
