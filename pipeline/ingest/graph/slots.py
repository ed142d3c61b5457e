"""Places in a rate window: taken before a call, given back with what the answer said.

A place that is never given back is taken off as spent once its lease has run out.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.domain.graph import prices
from pipeline.domain.graph import windows as rules
from pipeline.domain.graph.calls import Ask, Denied, Permit
from pipeline.domain.graph.port import Limits
from pipeline.domain.graph.windows import LEASE, Chance, Window
from pipeline.domain.ids import IdFactory
from pipeline.store.graph import windows

Change = Callable[..., Window]
"""What an answer makes of a window: `merged` or `closed`."""


class Slots:
    """The windows of every credential and endpoint."""

    def __init__(self, ids: IdFactory, chance: Chance) -> None:
        self._ids = ids
        self._chance = chance

    def refused(self, db: Connection, ask: Ask, *, now: datetime) -> Denied | None:
        """Why there is no place; None: there is. The window is locked from here on."""
        window = _locked(db, ask, now=now)
        out = len(windows.leases(db, ask.credential, ask.endpoint))
        if rules.room(window, out, interactive=ask.interactive):
            return None
        until = rules.again(window.reset_at, now=now, length=length_of(ask), chance=self._chance)
        if window.reset_at is None:
            return Denied(until, f"the first answer of a window of {ask.endpoint} is out")
        return Denied(until, f"the window of {ask.endpoint} is used up")

    def take(self, db: Connection, ask: Ask, *, now: datetime) -> tuple[int, datetime]:
        """A lease's id and end, for one call."""
        lease, until = self._ids.next(now), now + LEASE
        windows.lease(db, lease, ask.credential, ask.endpoint, until=until)
        return lease, until

    def answered(self, db: Connection, permit: Permit, said: Limits, *, now: datetime) -> None:
        """Give the place back with what the answer said of the window."""
        self._change(db, permit, said, rules.merged, now=now)

    def closed(self, db: Connection, permit: Permit, said: Limits, *, now: datetime) -> datetime:
        """Give the place back: the window is used up. When to come again."""
        window = self._change(db, permit, said, rules.closed, now=now)
        length = length_of(permit.ask)
        reset = said.reset_at or window.reset_at
        return rules.again(reset, now=now, length=length, chance=self._chance)

    def unanswered(self, db: Connection, permit: Permit, *, now: datetime) -> None:
        """The call may have been counted: its lease runs out, after the answers of earlier calls.

        Where it was the first of its window nothing else is out, and the next one may try at once.
        """
        ask = permit.ask
        window = _locked(db, ask, now=now)
        if window.reset_at is None:
            windows.give_back(db, permit.lease)

    def _change(
        self, db: Connection, permit: Permit, said: Limits, change: Change, *, now: datetime
    ) -> Window:
        ask = permit.ask
        window = _locked(db, ask, now=now)
        was_out = windows.give_back(db, permit.lease)
        if was_out or said.remaining is not None or change is rules.closed:
            window = change(window, said, now=now, length=length_of(ask))
            windows.save(db, ask.credential, ask.endpoint, window)
        return window


def standing(
    db: Connection, credential: str, endpoint: str, *, quota: int, now: datetime
) -> tuple[Window, int]:
    """A window as it is now, and how many calls are out; changes nothing."""
    found = windows.get(db, credential, endpoint) or Window(quota, quota)
    ends = windows.leases(db, credential, endpoint)
    run_out = [end for end in ends if end <= now]
    return rules.opened(found, len(run_out), now=now), len(ends) - len(run_out)


def tidy(db: Connection, *, now: datetime) -> None:
    """Take off leases that ran out in windows where nothing has happened since."""
    for credential, endpoint in windows.with_run_out(db, now=now):
        found = windows.get(db, credential, endpoint, lock=True)
        if found is not None:
            _refresh(db, credential, endpoint, found, now=now)


def length_of(ask: Ask) -> timedelta:
    """How long the window of a call is."""
    return timedelta(seconds=_quota(ask).seconds)


def _quota(ask: Ask) -> prices.Quota:
    return prices.quota(ask.network, ask.endpoint, user_token=ask.user_token)


def _locked(db: Connection, ask: Ask, *, now: datetime) -> Window:
    """The window of a call as it is now, which nobody else changes until the transaction ends."""
    found = windows.locked(db, ask.credential, ask.endpoint, quota=_quota(ask).calls)
    return _refresh(db, ask.credential, ask.endpoint, found, now=now)


def _refresh(
    db: Connection, credential: str, endpoint: str, found: Window, *, now: datetime
) -> Window:
    run_out = sum(end <= now for end in windows.leases(db, credential, endpoint))
    window = rules.opened(found, run_out, now=now)
    if run_out:
        windows.take_off(db, credential, endpoint, until=now)
    if window != found:
        windows.save(db, credential, endpoint, window)
    return window
