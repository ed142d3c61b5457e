"""The simulator's time: real, N times faster, or standing still until it is advanced."""

import time
from datetime import UTC, datetime, timedelta

STANDARD_START = datetime(2026, 6, 1, tzinfo=UTC)
"""Where a manual clock stands, if nothing else was said."""


class SimClock:
    """Call it for the time. `rate` seconds of it pass in a real one; 0 stands still."""

    def __init__(self, *, rate: float = 1.0, start: datetime | None = None) -> None:
        self.rate = rate
        self._start = start or (datetime.now(UTC) if rate else STANDARD_START)
        self._began = time.monotonic()
        self._added = timedelta()

    @classmethod
    def of(cls, kind: str, start: datetime | None = None) -> "SimClock":
        """A clock by its name on the command line: `real`, `manual` or `xN`.

        Raises ValueError for another name, and for an N that is no positive number.
        """
        rates = {"real": 1.0, "manual": 0.0}
        if kind in rates:
            return cls(rate=rates[kind], start=start)
        rate = float(kind[1:]) if kind.startswith("x") else 0.0
        if rate <= 0:
            raise ValueError(f"no clock: {kind} (real, manual, xN)")
        return cls(rate=rate, start=start)

    def __call__(self) -> datetime:
        passed = (time.monotonic() - self._began) * self.rate if self.rate else 0.0
        return self._start + self._added + timedelta(seconds=passed)

    def advance(self, *, seconds: float) -> None:
        """Move the clock on, whatever its kind; it never goes back (ValueError)."""
        if seconds < 0:
            raise ValueError("this clock does not go back")
        self._added += timedelta(seconds=seconds)
