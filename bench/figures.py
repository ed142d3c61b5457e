"""Figures drawn from samples."""

from collections.abc import Sequence
from math import ceil


def percentile(samples: Sequence[float], share: float) -> float:
    """Say the smallest sample that at least `share` (0..1) of all samples don't exceed.

    Nearest rank (ISO 16269-7's order statistic): always a value that was really seen.
    Raises ValueError where there is no sample or `share` is no share.
    """
    if not samples:
        raise ValueError("no sample was taken, so there is no percentile: look at the statuses")
    if not 0 <= share <= 1:
        raise ValueError(f"a percentile's share is {share!r}, but it must be in 0..1")
    ordered = sorted(samples)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def median(samples: Sequence[float]) -> float:
    """Say the middle sample, the lower one of two: a value that was really seen."""
    return percentile(samples, 0.5)


def plain(value: float) -> str:
    """Print a figure with three digits that mean something: 11,099 · 12.3 · 0.85."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
