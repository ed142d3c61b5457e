"""Rate windows: fixed, from the first request on, one per credential and endpoint (facts 1.2)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

SECONDS = 900
APP, USER = 0, 1
LIMITS: Mapping[str, tuple[int, int]] = {
    "followers": (300, 300),
    "following": (300, 300),
    "users": (300, 900),
    "user": (300, 900),
    "users_by": (300, 900),
    "user_by_username": (300, 900),
    "me": (75, 75),
    "subscriptions": (500, 500),
    "stream": (50, 50),
}
"""Requests per window: of an app, of a user's token. Each path has a window of its own."""


@dataclass
class Window:
    """Requests of one credential to one endpoint. Over when the clock shows `reset`."""

    limit: int
    reset: int
    used: int = 0
    foreign: float = 0.0

    @property
    def remaining(self) -> int:
        """Requests left, never below 0."""
        return max(0, self.limit - self.used - math.floor(self.foreign))

    def headers(self, remaining: int | None = None) -> dict[str, str]:
        """As X names them."""
        return {
            "x-rate-limit-limit": str(self.limit),
            "x-rate-limit-remaining": str(self.remaining if remaining is None else remaining),
            "x-rate-limit-reset": str(self.reset),
        }


class Windows:
    """All windows there are."""

    def __init__(self, limits: Mapping[str, int] | None = None, *, seconds: int = SECONDS) -> None:
        self._given = dict(limits or {})
        self._seconds = seconds
        self._open: dict[tuple[str, str], Window] = {}

    def take(
        self, credential: str, endpoint: str, kind: int, *, now: float, foreign: float = 0.0
    ) -> tuple[Window, bool]:
        """Use one request up, and `foreign` more by a client that nobody here knows of.

        The window, and whether there was room in it.
        """
        window = self._open.get((credential, endpoint))
        if window is None or now >= window.reset:
            limit = self._given.get(endpoint, LIMITS[endpoint][kind])
            window = Window(limit, math.floor(now) + self._seconds)
            self._open[credential, endpoint] = window
        granted = window.remaining > 0
        window.used += granted
        window.foreign += foreign
        return window, granted
