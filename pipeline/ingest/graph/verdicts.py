"""Suspects settled: what their network says of them is why they are gone."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from pipeline.domain.graph.kinds import AccountState, EndReason, ListKey
from pipeline.ingest.graph.finishing import announce
from pipeline.store.graph import accounts, spans, suspects
from pipeline.store.graph.spans import Ending

REASONS: Mapping[AccountState, EndReason] = MappingProxyType(
    {
        AccountState.ACTIVE: EndReason.UNFOLLOWED,
        AccountState.SUSPENDED: EndReason.SUSPENDED,
        AccountState.DELETED: EndReason.DELETED,
        AccountState.PROTECTED: EndReason.PROTECTED,
    }
)
"""Why a missing member's edge ended, by the state of its account. UNKNOWN ends nothing."""


def note(db: Connection, verdicts: Mapping[int, AccountState], *, now: datetime) -> None:
    """Keep what the network said of accounts that are not there for everybody."""
    for member, state in sorted(verdicts.items()):  # in one order, as whoever learns profiles
        if state not in {AccountState.ACTIVE, AccountState.UNKNOWN}:
            accounts.set_state(db, member, state, now=now)


def classify(
    db: Connection, key: ListKey, verdicts: Mapping[int, AccountState]
) -> Mapping[EndReason, int]:
    """End the spans of suspects. Whoever was seen since is no suspect, and stays."""
    waiting = suspects.of_list(db, key)
    told = {m: state for m, state in verdicts.items() if m in waiting and state in REASONS}
    began = spans.open_among(db, key, told)
    endings = []
    for member, state in told.items():
        _, seen_at, missed_at, run_id = waiting[member]
        if member in began and began[member] < missed_at:  # an event may tell that it began since
            last = max(seen_at, began[member])
            endings.append(Ending(member, last, missed_at, REASONS[state], run_id))
    spans.end(db, key, endings)
    suspects.remove(db, key, list(told))
    suspects.trust(db, key.direction.other, list(told), key.owner)
    if endings:
        announce(db, key, [ending.member for ending in endings])
    return Counter(ending.end_reason for ending in endings)
