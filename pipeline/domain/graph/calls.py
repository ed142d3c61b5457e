"""Asking for leave to call a network, and what comes of it."""

from datetime import datetime
from typing import NamedTuple


class Ask(NamedTuple):
    """A call that a job would like to make."""

    job_id: int
    step: int
    """The job's version: asked again for the same one, no second reservation is made."""
    credential: str
    app: str
    """Whose money it spends."""
    network: str
    endpoint: str
    kind: str
    owner: int
    """Whose list, by ordinal; 0 for profiles."""
    owned: bool
    """Whether the credential speaks for that owner: cheap."""
    size: int
    """Resources that may come back at most."""
    interactive: bool = False
    """Somebody waits for it: it may use the calls that are kept back in each window."""
    scheduled: bool = False
    """Nobody asked for it: it has only a share of the caps."""
    user_token: bool = False
    """The credential is a user's, not the app's own: some quotas differ."""


class Permit(NamedTuple):
    """Leave for one call, to be begun before `until`."""

    ask: Ask
    lease: int
    until: datetime
    price: int
    """Of one resource, in micro-dollars."""
    reservation: int | None
    """None where nothing is charged."""
    again: bool = False
    """An earlier call of the same step was never settled: it may have been charged."""


class Denied(NamedTuple):
    """No leave before `until`; None: not before somebody mends what `reason` says."""

    until: datetime | None
    reason: str
