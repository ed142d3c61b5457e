"""Rate windows as networks run them: so many calls until a moment that their answers tell.

A window's state only ever moves one way: a later reset replaces an earlier one, and under the same
reset `remaining` only falls. So answers may come in any order, and a late one does no harm.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.domain.graph.port import Limits

LEASE = timedelta(seconds=60)
"""How long a call may be out; gateways give up long before."""
GRACE = timedelta(seconds=1)
"""How long past the reset the window still counts as the old one: clocks differ."""
SPREAD = timedelta(seconds=30)
"""Those who waited for a reset come back over this time, not all at once."""
SKEW = timedelta(seconds=30)
"""How much further off than a window is long a reset may be believed to be."""
HIDDEN = (timedelta(seconds=10), timedelta(seconds=60))
"""The wait after a refusal that the window does not explain, at least and at most."""
FLOOR = 10
"""One call in so many is kept for what somebody waits for."""
_SOON = (timedelta(seconds=1), timedelta(seconds=5))

Chance = Callable[[], float]
"""Random numbers in 0..1."""


class Window(NamedTuple):
    """Where a credential stands at an endpoint.

    `reset_at` None: the window is presumed full, and nobody has been answered in it yet.
    """

    quota: int
    remaining: int
    reset_at: datetime | None = None


def opened(window: Window, run_out: int, *, now: datetime) -> Window:
    """The window as it is now; `run_out` is how many leases were never given back.

    Past its reset it is full again. A lease that ran out is a call that may have been counted, so
    it is spent; not in a window without an answer, whose first one will tell.
    """
    if window.reset_at is not None and now >= window.reset_at + GRACE:
        window = Window(window.quota, window.quota)
    if window.reset_at is None:
        return window
    return window._replace(remaining=max(0, window.remaining - run_out))


def room(window: Window, out: int, *, interactive: bool) -> int:
    """Calls that may go out now beside the `out` ones that have.

    One alone while nobody has been answered in the window: another client may have used it up,
    and one refusal tells that as well as eight.
    """
    if window.reset_at is None:
        return int(out == 0)
    floor = 0 if interactive else window.quota // FLOOR
    return max(0, window.remaining - out - floor)


def merged(window: Window, said: Limits, *, now: datetime, length: timedelta) -> Window:
    """The window after an answer. Resets within half a window of each other are the same one."""
    if said.remaining is None:
        return spent(window, now=now, length=length)
    quota = said.limit or window.quota
    reset = window.reset_at or now + length
    if said.reset_at is not None:
        reset = min(said.reset_at, now + length + SKEW)
    if window.reset_at is None:
        return Window(quota, said.remaining, reset) if reset > now else window
    if abs(reset - window.reset_at) < length / 2:
        left = min(window.remaining, said.remaining)
        return Window(min(quota, window.quota), left, max(reset, window.reset_at))
    return Window(quota, said.remaining, reset) if reset > window.reset_at else window


def spent(window: Window, *, now: datetime, length: timedelta) -> Window:
    """The window after a call that was answered without a word about it."""
    reset = window.reset_at or now + length
    return Window(window.quota, max(0, window.remaining - 1), reset)


def closed(window: Window, said: Limits, *, now: datetime, length: timedelta) -> Window:
    """The window after a refusal, which may have left out until when."""
    reset = max(said.reset_at or now + length, now + GRACE)
    return merged(window, Limits(said.limit, 0, reset), now=now, length=length)


def again(
    reset_at: datetime | None, *, now: datetime, length: timedelta, chance: Chance
) -> datetime:
    """When to come back to a window that is used up; soon, where its first answer is still out."""
    if reset_at is None:
        return between(*_SOON, now=now, chance=chance)
    wait = min(max(reset_at - now + GRACE, GRACE), length + GRACE + SKEW)
    return now + wait + SPREAD * chance()


def between(least: timedelta, most: timedelta, *, now: datetime, chance: Chance) -> datetime:
    """A moment at random, at least and at most so far off."""
    return now + least + (most - least) * chance()
