"""Token buckets in memory: per source and per address, in each web process for itself."""

from collections import OrderedDict
from collections.abc import Callable

LARGEST_TABLE = 10_000
"""Keys kept at most: whoever rotates addresses evicts the oldest and grows nothing."""


class Buckets:
    """A bucket per key: `rate` tokens a second, at most `burst` saved up.

    `clock` is monotonic seconds, so a step of the wall clock opens or shuts nothing.
    """

    def __init__(self, *, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._table: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take a token: 0.0 when there was one, else the seconds until there will be."""
        now = self._clock()
        tokens, since = self._table.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        allowed = tokens >= 1
        self._table[key] = (tokens - 1 if allowed else tokens, now)
        if len(self._table) > LARGEST_TABLE:
            self._table.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate


def buckets_for(rate: float | None, *, clock: Callable[[], float]) -> Buckets | None:
    """Buckets that allow `rate` a second on average and two seconds' worth, or five, at once.

    None switches the limit off.
    """
    if rate is None:
        return None
    return Buckets(rate=rate, burst=max(5.0, 2 * rate), clock=clock)
