"""Follow graphs for tests: accounts, lists, and spans as readings of a true history leave them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Table, insert, select, update

from pipeline.domain.graph.kinds import Direction, EndReason, ListKey, Mode
from pipeline.store.database import Database
from pipeline.store.graph_tables import (
    account,
    edge_span,
    edge_suspect,
    follow_count,
    graph_list,
    graph_run,
)

DAY_0 = datetime(2026, 3, 1, tzinfo=UTC)
FOLLOWERS, FOLLOWING = Direction.FOLLOWERS, Direction.FOLLOWING


def day(number: float) -> datetime:
    """That many days after the first day of March 2026, midnight UTC."""
    return DAY_0 + timedelta(days=number)


class Change(NamedTuple):
    """Somebody came into a list, or left it."""

    at: datetime
    member: int
    there: bool


class Graphs:
    """Writes graphs straight into the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs = count(1)

    def people(self, *handles: str | None, network: str = "x", **more: Any) -> list[int]:
        """Accounts with these handles; None: known by id alone. Their ordinals."""
        with self._database.write_relaxed() as db:
            return [self._person(db, handle, network, more) for handle in handles]

    def _person(self, db: Any, handle: str | None, network: str, more: Mapping[str, Any]) -> int:
        values = {"network": network, "handle": handle, **more}
        values["native_id"] = more.get("native_id") or f"{1000 + next(self._runs)}"
        ord_ = db.execute(insert(account).values(values).returning(account.c.ord)).scalar_one()
        return int(ord_)

    def list(self, owner: int, direction: Direction = FOLLOWING, **more: Any) -> ListKey:
        """A list that is kept, not read yet unless `more` says so."""
        key = ListKey(owner, direction)
        self._add(graph_list, [{**key._asdict(), "credential": "x", **more}])
        return key

    def read(self, owner: int, members: Iterable[int], direction: Direction = FOLLOWING) -> ListKey:
        """A list read completely on day 0, with these members."""
        key = self.list(owner, direction, revision=1, swept_at=day(0), probed_at=day(0))
        self.run(key, day(0))
        self.spans([self.edge(key, member, from_hi=day(0)) for member in members])
        return key

    def run(self, key: ListKey, at: datetime, **more: Any) -> int:
        """A complete sweep, unless `more` says otherwise."""
        run_id = next(self._runs)
        values = {"id": run_id, **key._asdict(), "mode": Mode.SWEEP, "source": "api"}
        values |= {"started_at": at, "finished_at": at, "complete": True}
        self._add(graph_run, [values | more])
        return run_id

    def edge(self, key: ListKey, member: int, **bounds: Any) -> dict[str, Any]:
        """A span's row: open and from the first reading, unless `bounds` say otherwise."""
        src, dst = key.edge(member)
        unset = dict.fromkeys(("from_lo", "to_lo", "to_hi", "end_reason", "run_to"))
        return {"src": src, "dst": dst, **unset, "run_from": 1, **bounds}

    def spans(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store spans."""
        self._add(edge_span, rows)

    def gone(self, key: ListKey, member: int, reason: EndReason, **bounds: datetime) -> None:
        """A span that was there from day 0 on and has ended."""
        self.spans([self.edge(key, member, **{"from_hi": day(0), "end_reason": reason, **bounds})])

    def suspect(self, key: ListKey, member: int, seen_at: datetime, missed_at: datetime) -> None:
        """A member that the last reading did not find."""
        values = {**key._asdict(), "member": member, "seen_at": seen_at, "missed_at": missed_at}
        self._add(edge_suspect, [{**values, "run_id": 1}])

    def count(self, ord_: int, at: datetime, **counts: int) -> None:
        """What the network said it counts."""
        self._add(follow_count, [{"account": ord_, "at": at, **counts}])

    def native_id(self, ord_: int) -> str:
        """The id that an account's network knows it by."""
        with self._database.read() as db:
            query = select(account.c.native_id).where(account.c.ord == ord_)
            return str(db.execute(query).scalar_one())

    def rename(self, ord_: int, handle: str) -> None:
        """Give an account another handle."""
        with self._database.write_relaxed() as db:
            db.execute(update(account).where(account.c.ord == ord_).values(handle=handle))

    def revise(self, key: ListKey, revision: int, **more: Any) -> None:
        """Say that the list's spans have changed."""
        where = (graph_list.c.owner == key.owner, graph_list.c.direction == key.direction)
        with self._database.write_relaxed() as db:
            db.execute(update(graph_list).where(*where).values(revision=revision, **more))

    def observe(self, key: ListKey, changes: Iterable[Change], looks: Sequence[datetime]) -> None:
        """Store the spans that complete readings at these times make of a true history."""
        for look in looks:
            self.run(key, look)
        self.revise(key, 1, swept_at=looks[-1], probed_at=looks[-1])
        by_member: dict[int, list[Change]] = {}
        for change in sorted(changes):
            by_member.setdefault(change.member, []).append(change)
        for member, own in by_member.items():
            self.spans([self.edge(key, member, **each) for each in seen(own, looks)])

    def _add(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            with self._database.write_relaxed() as db:
                db.execute(insert(table), [dict(row) for row in rows])


def there_at(changes: Iterable[Change], moment: datetime) -> set[int]:
    """Who is in the list at a moment: the changes up to it, replayed."""
    there: set[int] = set()
    for change in sorted(changes):
        if change.at <= moment:
            (there.add if change.there else there.discard)(change.member)
    return there


def seen(changes: Sequence[Change], looks: Sequence[datetime]) -> list[dict[str, Any]]:
    """One member's spans, as somebody knows them who looked at these times and no other."""
    spans: list[dict[str, Any]] = []
    before: datetime | None = None
    is_open = False
    for look in looks:
        there = bool(there_at(changes, look))
        if there and not is_open:
            spans.append({"from_lo": before, "from_hi": look})
        elif is_open and not there:
            spans[-1] |= {"to_lo": before, "to_hi": look, "end_reason": EndReason.UNFOLLOWED}
        is_open, before = there, look
    return spans
