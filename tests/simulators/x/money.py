"""What reading costs (facts 1.3). Micro-dollars: $0.010 = 10,000."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from tests.simulators.x.times import day

PRICES = {"followers": 10_000, "following": 10_000, "user": 10_000, "event": 10_000}
OWNED = 1_000
"""Followers and following of the app's owner, read by that owner's token through that app."""


class Dedup(StrEnum):
    """What the same resource is, of which a second reading in a UTC day is free.

    The documentation leaves open which of the first two holds; LIST is the dearer one.
    """

    LIST = "list"  # a user in one account's list
    USER = "user"  # a user in any list of the kind
    OFF = "off"  # every reading is charged


class Reading(NamedTuple):
    """Resources in an answer. `parent` is the account whose list they are in, if any."""

    kind: str
    parent: str
    ids: Sequence[str]
    owned: bool = False


class Bill(NamedTuple):
    """What a reading came to."""

    charged: int
    reread: int
    micros: int


class Ledger:
    """What each app has read today, has spent, and has left."""

    def __init__(self, dedup: Dedup = Dedup.LIST) -> None:
        self.dedup = dedup
        self.spent: dict[str, Counter[str]] = defaultdict(Counter)
        """Micro-dollars by app and UTC day."""
        self.credits: dict[str, int] = {}
        """Micro-dollars left, of apps that have no endless credit. May be a little below 0."""
        self._read: dict[tuple[str, str, str], tuple[str, set[str]]] = {}

    def solvent(self, app: str) -> bool:
        """Whether the next request is answered: its price is not known before."""
        return self.credits.get(app, 1) > 0

    def charge(self, app: str, reading: Reading, *, now: float) -> Bill:
        """Charge what was not charged before today."""
        today = day(now)
        ids = set(reading.ids)
        new = ids if self.dedup is Dedup.OFF else ids - self._seen(app, reading, today)
        if self.dedup is not Dedup.OFF:
            self._seen(app, reading, today).update(new)
        micros = len(new) * (OWNED if reading.owned else PRICES[reading.kind])
        self.spent[app][today] += micros
        if app in self.credits:
            self.credits[app] -= micros
        return Bill(len(new), len(ids) - len(new), micros)

    def _seen(self, app: str, reading: Reading, today: str) -> set[str]:
        parent = reading.parent if self.dedup is Dedup.LIST else ""
        known = self._read.get((app, reading.kind, parent))
        if known is None or known[0] != today:
            known = self._read[app, reading.kind, parent] = (today, set())
        return known[1]
