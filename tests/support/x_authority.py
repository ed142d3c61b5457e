"""An authorization server in memory: its refresh tokens work once, and a second use ends the login."""

import threading
from collections.abc import Callable
from itertools import count

from pipeline.domain.graph.failures import CredentialDeadError, NetworkDownError
from pipeline.ingest.graph.tokens import Granted, Tokens
from pipeline.store.database import Database

LIFETIME = 7200.0


class Authority:
    """Refuses to be called while the calling thread has a transaction open in one of `databases`."""

    def __init__(self, *databases: Database) -> None:
        self._databases = databases
        self._numbers = count(1)
        self._turn = threading.Lock()
        self._alive: str | None = None
        self.calls = 0
        self.down = False
        self.during: Callable[[], object] = lambda: None
        """What else happens while it thinks."""

    def grant(self) -> Granted:
        """A login's tokens."""
        n = next(self._numbers)
        self._alive = f"refresh-{n}"
        return Granted(Tokens(f"access-{n}", self._alive, "client"), LIFETIME)

    def refresh(self, tokens: Tokens) -> Granted:
        """New tokens for old ones."""
        thread = threading.current_thread()
        for database in self._databases:
            open_now = [each.in_transaction() for each in database._kept.get(thread, [])]
            assert not any(open_now), "the network was called with a transaction open"
        with self._turn:
            self.calls += 1
            if self.down:
                raise NetworkDownError("X's token endpoint answered 503")
            if tokens.refresh != self._alive:
                self._alive = None  # replayed: X withdraws the whole family
                raise CredentialDeadError("Value passed for the token was invalid.")
            granted = self.grant()
        self.during()
        return granted
