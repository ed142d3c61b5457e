"""How long the supervisor waits before it starts something again, and when it gives up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """The rhythm of restarts, in seconds: `first`, doubled by each failure in a row to `ceiling`.

    A unit that stayed ready for `healthy` seconds starts over at `first`.
    `attempts`: so many starts in a row that never became ready, and the set gives up.
    """

    first: float = 1.0
    ceiling: float = 30.0
    healthy: float = 60.0
    attempts: int = 5

    def delay(self, failures: int) -> float:
        """Seconds until the next start after so many failures in a row (at least one)."""
        # The exponent is capped: a float overflows after a thousand failures.
        return min(self.ceiling, self.first * 2.0 ** min(failures - 1, 62))


DEFAULT_PACE = Pace()


@dataclass(frozen=True)
class History:
    """How a unit has fared since the supervisor started."""

    failures: int = 0
    """In a row, whether it had become ready or not."""
    served: bool = False
    """It was ready at least once."""

    def failed(self, ready_for: float | None, pace: Pace) -> "History":
        """One more end, after `ready_for` seconds of readiness; None: it never was ready."""
        if ready_for is None:
            return History(self.failures + 1, self.served)
        return History(1 if ready_for >= pace.healthy else self.failures + 1, served=True)

    def hopeless(self, pace: Pace) -> bool:
        """It has never served and has used up its attempts.

        One that did serve once is never given up: what stops it now (a full disk, a database that
        is away) may pass, and the rest of the set is worth keeping until then.
        """
        return not self.served and self.failures >= pace.attempts
