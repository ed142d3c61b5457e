"""Moderation's thresholds, and what follow graphs may cost."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Factor = float | Literal["off"]


class Moderation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds and weight factors. `signals` maps a signal to its factor, or "off"."""

    publish_below: float = 0.4
    reject_from: float = 0.9
    signals: dict[str, Factor] = {}

    def factors(self) -> dict[str, float]:
        """Weight factors with "off" as 0."""
        return {name: 0.0 if f == "off" else float(f) for name, f in self.signals.items()}


class Graph(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follow graphs may cost, and how closely they are watched. Money in dollars."""

    daily_cap: Annotated[float, Meta(ge=0, le=100_000)] = 1.0
    """Spent per app and UTC day at most; a call that might pass it is not made."""
    cycle_cap: Annotated[float, Meta(ge=0, le=1_000_000)] = 20.0
    """The same per billing cycle."""
    cycle_day: Annotated[int, Meta(ge=1, le=28)] = 1
    """The day of the month on which a billing cycle begins."""
    scheduled_share: Annotated[float, Meta(ge=0, le=1)] = 0.5
    """Of the caps, what probes that nobody asked for may use; the rest is left for `graph sync`."""
    overlap: Annotated[int, Meta(ge=5, le=200)] = 10
    """Known members in rank order that end a probe."""
    dry_run: bool = False
    """Plan and quote, but ask no network that costs money."""
    public: bool = False
    """Whether /api/graph answers without the admin's password."""
