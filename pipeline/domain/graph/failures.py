"""How asking a network can fail: what a gateway makes of statuses, titles and broken connections.

Transient
├── RateLimitedError     the window is used up; `limits.reset_at` says until when, if the network did
├── UsageCappedError     a monthly cap of the network: nothing until the next cycle
├── NoCreditsError       402: the app's money is gone; its breaker opens
├── CursorExpiredError   the page's token is refused: the list is read again from its head
├── TokenBusyError       no token just now, as it is being refreshed: nothing was asked
└── NetworkDownError     5xx, time-outs, answers that are no JSON
Rejected
├── CredentialDeadError  401 also after a refresh: somebody has to log in again
├── NotAllowedError      400, 403: the app may not ask this, or not so; a matter of its settings
└── ListGoneError        the account whose list it is is protected, suspended or deleted
"""

from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import NO_LIMITS, Limits
from pipeline.errors import Rejected, Transient


class RateLimitedError(Transient):
    """429. `hidden` where the network refused although its window had room (another limit)."""

    def __init__(self, reason: str, *, limits: Limits = NO_LIMITS, hidden: bool = False) -> None:
        super().__init__(reason)
        self.limits = limits
        self.hidden = hidden


class UsageCappedError(Transient):
    """A cap of the cycle, not of the window."""


class NoCreditsError(Transient):
    """402: no timer mends that."""


class CursorExpiredError(Transient):
    """The token of the next page is no longer taken."""


class TokenBusyError(Transient):
    """The credential has no usable token at the moment. Nothing was asked, so nothing was charged."""

    def __init__(self, reason: str, *, delay: float = 1.0) -> None:
        super().__init__(reason, delay=delay)


class NetworkDownError(Transient):
    """No answer, or none that can be read."""


class CredentialDeadError(Rejected):
    """The credential opens nothing any more."""


class NotAllowedError(Rejected):
    """The app may not ask this."""


class ListGoneError(Rejected):
    """There is no list to read; `state` says why."""

    def __init__(self, reason: str, *, state: AccountState) -> None:
        super().__init__(reason)
        self.state = state
