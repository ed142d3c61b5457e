"""How long to wait after a failure: exponential with full jitter.

Full jitter (Brooker, "Exponential Backoff And Jitter", 2015) spreads retries over the whole span, so
that what failed together does not come back together.
"""

FIRST_S = 5.0
LONGEST_S = 3600.0


def delay_after(attempt: int, *, jitter: float) -> float:
    """Seconds to wait after the given attempt (1 for the first); `jitter` is in 0..1.

    Never below half the span: an immediate retry of what just failed helps nobody.
    """
    span = min(FIRST_S * 2.0 ** min(attempt - 1, 20), LONGEST_S)
    return span * (0.5 + jitter / 2)
