"""Taking in what networks push: a follow that came or went, of lists that are kept."""

from enum import StrEnum

from sqlalchemy import Connection

from pipeline.domain import events
from pipeline.domain.graph.blanking import encoded, fact_of, without_names
from pipeline.domain.graph.facts import FollowChanged
from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.ingest.graph.erased import Erased
from pipeline.ingest.graph.history import History
from pipeline.store.graph import accounts, lists, told
from pipeline.store.graph.profiles import AccountRow
from pipeline.store.log import StoredEvent


class Observed(StrEnum):
    """What became of a pushed follow."""

    RECORDED = "recorded"
    NO_NEWS = "no news"  # known already, or older than what is known
    IGNORED = "ignored"  # nobody keeps either list
    ERASED = "erased"  # one of the two asked to be forgotten


class Observer:
    """Works `follow.added` and `follow.removed`. The caller owns the transaction."""

    def __init__(self, history: History, erased: Erased) -> None:
        self._history = history
        self._erased = erased

    def observe(self, db: Connection, event: StoredEvent) -> Observed:
        """Record the edge where one of its two lists is kept.

        The log keeps no more than is needed of what it said: nothing of those who were erased, only
        ids of those who are gone, and of both where nobody keeps the edge. Only a page shows whether
        an account is back.
        """
        fact = fact_of(event.data)
        if fact is None:
            return Observed.ERASED
        ids = [fact.follower.id, fact.followed.id]
        if self._erased.among(db, fact.network, ids):
            told.blank(db, event)
            return Observed.ERASED
        known = accounts.by_native(db, fact.network, ids)
        if not _is_kept(db, fact, known):
            _shorten(db, event, fact, ids)
            return Observed.IGNORED
        fact = _shorten(db, event, fact, [id_ for id_, row in known.items() if row.gone_at])
        return Observed.RECORDED if self._record(db, event, fact) else Observed.NO_NEWS

    def _record(self, db: Connection, event: StoredEvent, fact: FollowChanged) -> bool:
        return self._history.observe(
            db,
            fact.network,
            fact.follower.person(),
            fact.followed.person(),
            at=min(fact.at or event.occurred_at or event.received_at, event.received_at),
            gone=event.type == events.FOLLOW_REMOVED,
            event_id=event.id,
        )


def _is_kept(db: Connection, fact: FollowChanged, known: dict[str, AccountRow]) -> bool:
    """Whether the follower's list of whom it follows is kept, or the followed one's of followers."""
    ends = (
        (fact.follower.id, Direction.FOLLOWING),
        (fact.followed.id, Direction.FOLLOWERS),
    )
    keys = [ListKey(known[id_].ord, direction) for id_, direction in ends if id_ in known]
    return any(lists.get(db, key) is not None for key in keys)


def _shorten(
    db: Connection, event: StoredEvent, fact: FollowChanged, ids: list[str]
) -> FollowChanged:
    short = without_names(fact, ids)
    if short != fact:
        told.shorten(db, event, encoded(short))
    return short
