"""What networks charge and how often they may be asked, as they said on a given day.

Prices change (X's did three times in 2026), so every line has its date and where it stands.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pipeline.domain.graph.kinds import BLUESKY, MASTODON, X
from pipeline.errors import NotFoundError

USER = "user"
"""The kind of resource a looked-up profile is; the others have the name of their list."""
EVENT = "event"
"""The kind of resource an event is that a network pushes."""
USERS = "users"
"""The endpoint for profiles; the others have the name of their list."""
ME = "me"
"""The endpoint that says whose a user's token is."""
LISTS = ("followers", "following")


class Price(NamedTuple):
    """What one resource costs, in micro-dollars, each once per UTC day. Empty answers are free."""

    network: str
    kind: str
    micros: int
    as_of: date
    source: str
    owned: bool = False
    """The list of the account whose credential asks, by an app of its own."""


class Quota(NamedTuple):
    """Calls per window of one credential and endpoint, and the largest page."""

    network: str
    endpoint: str
    calls: int
    seconds: int
    page: int
    as_of: date
    source: str
    user_token: bool = False

    def wait(self, calls: int) -> int:
        """Seconds of whole windows that pass before the last of so many calls may go out."""
        return max(0, calls - 1) // self.calls * self.seconds


_READ = date(2026, 8, 22)
_X_PRICES = "X API documentation, x-api/getting-started/pricing"
_X_LIMITS = "X API documentation, x-api/fundamentals/rate-limits"
_BLUESKY_LIMITS = "Bluesky documentation, advanced-guides/rate-limits"
_MASTODON_LIMITS = "Mastodon documentation, api/rate-limits"

PRICES: Sequence[Price] = (
    *(Price(X, kind, 10_000, _READ, _X_PRICES) for kind in (*LISTS, USER, EVENT)),
    *(Price(X, kind, 1_000, _READ, _X_PRICES, owned=True) for kind in LISTS),
    *(Price(BLUESKY, kind, 0, _READ, _BLUESKY_LIMITS) for kind in (*LISTS, USER)),
    *(Price(MASTODON, kind, 0, _READ, _MASTODON_LIMITS) for kind in (*LISTS, USER)),
)
QUOTAS: Sequence[Quota] = (
    *(Quota(X, name, 300, 900, 1000, _READ, _X_LIMITS) for name in LISTS),
    Quota(X, USERS, 300, 900, 100, _READ, _X_LIMITS),
    Quota(X, USERS, 900, 900, 100, _READ, _X_LIMITS, user_token=True),
    Quota(X, ME, 75, 900, 1, _READ, _X_LIMITS, user_token=True),
    *(Quota(BLUESKY, name, 3000, 300, 100, _READ, _BLUESKY_LIMITS) for name in LISTS),
    Quota(BLUESKY, USERS, 3000, 300, 25, _READ, _BLUESKY_LIMITS),
    *(Quota(MASTODON, name, 300, 300, 80, _READ, _MASTODON_LIMITS) for name in LISTS),
    Quota(MASTODON, USERS, 300, 300, 1, _READ, _MASTODON_LIMITS),
)
_PRICES = {(line.network, line.kind, line.owned): line for line in PRICES}
_QUOTAS = {(line.network, line.endpoint, line.user_token): line for line in QUOTAS}


def price(network: str, kind: str, *, owned: bool) -> Price:
    """The price of a kind of resource; what has none of its own for owners has the common one.

    Raises NotFoundError for a network that is not in the table: nobody knows what it would cost.
    """
    family = _family(network)
    found = _PRICES.get((family, kind, owned)) or _PRICES.get((family, kind, False))
    if found is None:
        raise NotFoundError(f"what {network} charges for {kind} is not known")
    return found


def quota(network: str, endpoint: str, *, user_token: bool = False) -> Quota:
    """The quota of an endpoint; the app's own where a user's token has none. Raises NotFoundError."""
    family = _family(network)
    found = _QUOTAS.get((family, endpoint, user_token)) or _QUOTAS.get((family, endpoint, False))
    if found is None:
        raise NotFoundError(f"how often {network} may be asked for {endpoint} is not known")
    return found


def _family(network: str) -> str:
    """`mastodon:HOST` is a network of its own, with Mastodon's limits."""
    return network.partition(":")[0]
