"""Accounts: ordinals for native ids, and profiles as their networks last showed them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, select, update

from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import Person
from pipeline.store.graph.bulk import among, chunks, insert_new
from pipeline.store.graph.profiles import COLUMNS, AccountRow, counted, is_news, merged, values
from pipeline.store.graph_tables import account, follow_count

_a = account.c
_GONE = frozenset({AccountState.PROTECTED, AccountState.SUSPENDED, AccountState.DELETED})


_ALL = select(*[_a[name] for name in AccountRow._fields])
_LEARN = (
    update(account)
    .where(_a.ord == bindparam("key"))
    .values({name: bindparam(name) for name in COLUMNS})
)


def ordinals(db: Connection, network: str, native_ids: Iterable[str]) -> dict[str, int]:
    """The ordinal of each native id; unknown ids get the next ones.

    Two transactions that make the same ids wait for each other and agree. A transaction should call
    this once: ids are taken in one order within a call, so that no two wait in a circle.
    """
    wanted = sorted(set(native_ids))
    known = _known(db, network, wanted)
    return known | _create(db, [_blank(network, id_) for id_ in wanted if id_ not in known])


def learn(
    db: Connection, network: str, people: Iterable[Person], *, now: datetime
) -> dict[str, int]:
    """Keep what the network showed of these accounts; their ordinals by native id.

    What a Person leaves out stays as it was; one with nothing but an id tells nothing of its state.
    Counts that changed are also kept in `follow_count`. As with `ordinals`, once per transaction.
    """
    shown = {person.native_id: person for person in people}
    known = by_native(db, network, shown)
    news = [merged(None, shown[id_], now) for id_ in shown if id_ not in known]
    made = _create(db, [_blank(network, row.native_id) | values(row) for row in news])
    ids = made | {row.native_id: row.ord for row in known.values()}
    changed = []
    for old in sorted(known.values(), key=lambda row: row.ord):  # in one order, as above
        new = merged(old, shown[old.native_id], now)
        if is_news(old, new):
            changed.append(values(new) | {"key": old.ord})
    if changed:
        db.execute(_LEARN, changed)
    counts = [counted(ids[id_], known.get(id_), shown[id_], now) for id_ in sorted(shown)]
    insert_new(db, follow_count, [row for row in counts if row is not None], ("account",))
    return ids


def _create(db: Connection, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert accounts of one network; ordinals by native id, also of those another made meanwhile."""
    if not rows:
        return {}
    in_order = sorted(rows, key=lambda row: str(row["native_id"]))
    made = dict(insert_new(db, account, in_order, ("native_id", "ord")))
    lost = [row["native_id"] for row in in_order if row["native_id"] not in made]
    return made | _known(db, rows[0]["network"], lost)


def get(db: Connection, ord_: int) -> AccountRow | None:
    """An account by its ordinal."""
    return many(db, [ord_]).get(ord_)


def many(db: Connection, ords: Iterable[int]) -> dict[int, AccountRow]:
    """Accounts by ordinal; those there are."""
    found = {}
    for part in chunks(list(ords)):
        for row in db.execute(_ALL.where(among(db, _a.ord, part))):
            found[row.ord] = _row(row)
    return found


def by_native(db: Connection, network: str, native_ids: Iterable[str]) -> dict[str, AccountRow]:
    """Accounts by the ids of their network; those there are."""
    found = {}
    for part in chunks(list(native_ids)):
        query = _ALL.where(_a.network == network, among(db, _a.native_id, part))
        for row in db.execute(query):
            found[row.native_id] = _row(row)
    return found


def by_handle(db: Connection, network: str, handle: str) -> AccountRow | None:
    """The account of a handle, in any case and without @; the one seen last where several had it."""
    # NULL sorts last on one database and first on the other, so it is told apart by itself.
    newest = (_a.profile_at.is_(None), _a.profile_at.desc(), _a.ord.desc())
    query = _ALL.where(_a.network == network, func.lower(_a.handle) == handle.lower())
    row = db.execute(query.order_by(*newest).limit(1)).first()
    return None if row is None else _row(row)


def set_state(db: Connection, ord_: int, state: AccountState, *, now: datetime) -> None:
    """Note what the network said. `gone_at` stays the first time it said the account is not public."""
    values: dict[str, Any] = {"state": state}
    if state is not AccountState.UNKNOWN:
        values["gone_at"] = (
            func.coalesce(_a.gone_at, literal(now, _a.gone_at.type)) if state in _GONE else None
        )
    db.execute(update(account).where(_a.ord == ord_).values(values))


def _known(db: Connection, network: str, native_ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(native_ids):
        query = select(_a.native_id, _a.ord)
        rows = db.execute(query.where(_a.network == network, among(db, _a.native_id, part)))
        found.update((row.native_id, row.ord) for row in rows)
    return found


def _blank(network: str, native_id: str) -> dict[str, Any]:
    return {"network": network, "native_id": native_id}


def _row(row: Any) -> AccountRow:
    return AccountRow(*row)._replace(state=AccountState(row.state))
