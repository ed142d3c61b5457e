"""Who asked to be forgotten: known by a keyed hash, so that nothing of them is stored again."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph.facts import GraphErased
from pipeline.domain.graph.port import Person
from pipeline.domain.ids import moment_of
from pipeline.errors import Rejected
from pipeline.store.graph import accounts, erased

_STANDS_FOR_NOBODY = 0xFFFF0000
"""From here on no ordinal is an account's: 4.29 billion would have to be known before."""


class Erased:
    """The accounts that were erased. `key` is the instance's: without it a hash tells nobody.

    Whoever is about to store people asks `without` in the same transaction.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def who(self, network: str, native_id: str) -> bytes:
        """What stands for an account: an HMAC, as ids alone could be tried one after the other."""
        text = f"erased\0{network}\0{native_id}"
        return hmac.digest(self._key, text.encode(), hashlib.sha256)

    def among(self, db: Connection, network: str, native_ids: Sequence[str]) -> set[str]:
        """Which of these were erased. Until the transaction ends, nobody else is."""
        erased.hold_off(db)
        if not erased.any_there(db):
            return set()
        hashes = {self.who(network, id_): id_ for id_ in native_ids}
        return {hashes[who] for who in erased.among(db, hashes)}

    def without(self, db: Connection, network: str, people: Sequence[Person]) -> Sequence[Person]:
        """The others, in their order."""
        gone = self.among(db, network, [each.native_id for each in people])
        return [each for each in people if each.native_id not in gone] if gone else people

    def learn(
        self, db: Connection, network: str, people: Sequence[Person], *, now: datetime
    ) -> dict[str, int]:
        """`accounts.learn` of those who may be stored."""
        return accounts.learn(db, network, self.without(db, network, people), now=now)

    def require_others(self, db: Connection, network: str, native_id: str) -> None:
        """Raise Rejected for an account that asked to be forgotten."""
        if self.among(db, network, [native_id]):
            raise Rejected("this account was erased on request: nothing of it is stored again")

    def ordinal(self, network: str, native_id: str) -> int:
        """A number to count an erased account with for a day: its network charges for it too.

        It is no account's ordinal, and tells nothing of whose it is.
        """
        return _STANDS_FOR_NOBODY | int.from_bytes(self.who(network, native_id)[:2])


def fold(db: Connection, event_id: int, fact: GraphErased) -> None:
    """Apply a `graph.erased`: when it is logged, and when the log is replayed."""
    erased.add(db, bytes.fromhex(fact.who), now=moment_of(event_id))
