"""The token of one credential, refreshed by exactly one of all who need it.

A refresh token can be used once; used twice, X withdraws every token of that login. So whoever
finds the access token run out first takes the credential by compare-and-set, asks outside of any
transaction, and keeps the new tokens before anybody uses them. The others wait a little for that.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

from pipeline.domain.graph.failures import CredentialDeadError, NetworkDownError, TokenBusyError
from pipeline.ingest.graph.credentials import Credentials, dead
from pipeline.ingest.graph.tokens import Granted, Tokens
from pipeline.ingest.graph.x.token import Token
from pipeline.store.database import is_unavailable
from pipeline.store.graph import credentials
from pipeline.store.graph.credentials import CredentialRow

Refresh = Callable[[Tokens], Granted]
"""Asks for new tokens. Raises CredentialDeadError where the refresh token is not taken."""

MARGIN = timedelta(seconds=60)
"""A token that runs out within this is not used any more."""
REFRESH_LEASE = timedelta(seconds=120)
"""Longer than asking and keeping can take; after it somebody else tries."""
PAUSES = (0.02, 0.05, 0.1, *[0.25] * 18)
"""Seconds between looks while another refreshes: 4.7 in all, then the work is parked."""
KEEPING = 5
"""Tries to keep new tokens where the database is busy: lost ones mean logging in again."""

_wait = threading.Event().wait


class Keyring:
    """A credential's token, read anew at each call. Raises CredentialDeadError, TokenBusyError."""

    def __init__(
        self,
        name: str,
        kept: Credentials,
        refresh: Refresh,
        *,
        pause: Callable[[float], object] = _wait,
    ) -> None:
        self._name = name
        self._kept = kept
        self._database = kept.database
        self._clock = kept.clock
        self._refresh = refresh
        self._pause = pause

    def token(self) -> Token:
        """One that should be taken."""
        return self._get(refused=None)

    def renewed(self, refused: Token) -> Token:
        """Another in place of one that was refused: somebody else's, or a new one."""
        return self._get(refused=refused)

    def give_up(self, refused: Token, reason: str) -> CredentialDeadError:
        """Mark the credential, unless it was changed since; the error to raise."""
        with self._database.write() as db:
            credentials.set_broken(db, self._name, refused.version, reason)
        return dead(self._name, reason)

    def _get(self, *, refused: Token | None) -> Token:
        for seconds in PAUSES:
            row = self._row()
            tokens = self._kept.tokens_of(row)
            if self._serves(row, tokens, refused):
                return Token(tokens.access, row.version)
            if tokens.refresh is None:
                why = "it has run out" if refused is None else "X refuses it"
                raise self.give_up(Token("", row.version), f"{why}, and it can't be refreshed")
            if not row.is_refreshing(self._clock()) and (held := self._take(row)):
                return self._renew(row, tokens, held)
            self._pause(seconds)
        raise TokenBusyError(f"the credential {self._name!r} is being refreshed")

    def _serves(self, row: CredentialRow, tokens: Tokens, refused: Token | None) -> bool:
        if refused is not None and tokens.access == refused.value:
            return False
        return row.expires_at is None or self._clock() < row.expires_at - MARGIN

    def _row(self) -> CredentialRow:
        row = self._kept.find(self._name)
        if row is None or row.secret is None:
            raise dead(self._name, "it is not there any more")
        if row.broken is not None:
            raise dead(self._name, row.broken)
        return row

    def _take(self, row: CredentialRow) -> int | None:
        now = self._clock()
        with self._database.write() as db:
            return credentials.take_refresh(
                db, self._name, row.version, now=now, until=now + REFRESH_LEASE
            )

    def _renew(self, row: CredentialRow, tokens: Tokens, held: int) -> Token:
        try:
            granted = self._refresh(tokens)
        except CredentialDeadError as error:
            raise self.give_up(Token("", held), _lost(row, error.reason)) from None
        except NetworkDownError as error:
            self._let_go(held, unsure=True)
            raise TokenBusyError(f"no new token: {error.reason}", delay=10.0) from None
        except BaseException:
            self._let_go(held, unsure=False)
            raise
        self._keep(granted, held)
        return Token(granted.tokens.access, held + 1)

    def _keep(self, granted: Granted, held: int) -> None:
        lifetime = granted.lifetime
        expires_at = None if lifetime is None else self._clock() + timedelta(seconds=lifetime)
        sealed = self._kept.seal(granted.tokens)
        left = KEEPING
        while True:
            left -= 1
            try:
                with self._database.write() as db:
                    kept = credentials.put_secret(
                        db, self._name, held, sealed, expires_at=expires_at
                    )
                break
            except Exception as error:
                if not left or not is_unavailable(error):
                    raise
                self._pause(1.0)
        if not kept:  # logged in anew, or logged out
            raise TokenBusyError(f"the credential {self._name!r} was changed meanwhile")

    def _let_go(self, held: int, *, unsure: bool) -> None:
        at = self._clock() if unsure else None
        with self._database.write() as db:
            credentials.end_refresh(db, self._name, held, unsure_at=at)


def _lost(row: CredentialRow, reason: str) -> str:
    interrupted = row.refresh_until is not None
    used = (
        "an earlier refresh was cut off before its new tokens were kept, so the refresh token is"
        " used up"
        if interrupted
        else "its refresh token was used elsewhere or withdrawn"
    )
    return f"{used} ({reason})"
