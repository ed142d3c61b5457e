"""How long it took until changes were noticed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.figures import percentile

DAY = 86_400.0


@dataclass
class Delays:
    """Of one way of reading, in seconds.

    `passed` counts changes that were undone before the next look: nobody who polls can see them.
    """

    news: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    passed: int = 0

    @property
    def every(self) -> list[float]:
        """Of new followers and losses together."""
        return self.news + self.losses


def mean(samples: Iterable[float]) -> float:
    """The mean; 0 of nothing."""
    seen = list(samples)
    return sum(seen) / len(seen) if seen else 0.0


def hours(samples: Sequence[float]) -> str:
    """Mean and 95th percentile, in words."""
    if not samples:
        return "none"
    return f"mean {mean(samples) / 3600:.2f} h, p95 {percentile(samples, 0.95) / 3600:.2f} h"
