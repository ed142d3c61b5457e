"""A clock that stands still until it is told otherwise."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Call it for the time; it moves by `advance` alone."""

    def __init__(self, now: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)
