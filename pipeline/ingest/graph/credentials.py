"""Credentials: whom the networks are asked as, and what that opens.

The token of AFTERWORD_X_BEARER_TOKEN is the credential "x". It has a row like any other, made or
renewed when it is first looked for, so that it can be listed and marked; the row holds a digest, and
the token stays where its owner put it.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from pipeline.domain.graph.failures import CredentialDeadError
from pipeline.domain.graph.kinds import X
from pipeline.domain.graph.names import NETWORKS, is_public
from pipeline.domain.graph.port import Person
from pipeline.domain.ids import EPOCH
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.tokens import Granted, Tokens, opened
from pipeline.ingest.graph.vault import SealError, Vault
from pipeline.keys import token_key
from pipeline.settings import Settings
from pipeline.store.database import Database
from pipeline.store.graph import credentials
from pipeline.store.graph.credentials import CredentialRow

SETTING = "x"
"""The name of the credential that the settings give, and of its app."""


class Kind(StrEnum):
    """What a credential is."""

    BEARER = "bearer"  # an app's own token
    SETTING = "setting"  # the same, in the settings
    OAUTH2 = "oauth2"  # somebody's login
    PUBLIC = "public"  # none is needed


class Credentials:
    """Keeps credentials. Opens its own transactions, as tokens are asked for between others."""

    def __init__(
        self, settings: Settings, database: Database, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self.database = database
        self.clock = clock

    def all(self) -> list[CredentialRow]:
        """Every credential, by name."""
        self._adopt()
        with self.database.read() as db:
            return credentials.listing(db)

    def find(self, name: str) -> CredentialRow | None:
        """A credential by its name."""
        if name == SETTING:
            self._adopt()
        with self.database.read() as db:
            return credentials.get(db, name)

    def choose(self, network: str) -> CredentialRow:
        """The one that a list is read with where nobody says which. Raises NotFoundError.

        A login before an app's own token, as its own lists are cheap; else the first by name. A
        public network is opened where it is not yet, for there is nothing to log in with.
        """
        usable = [row for row in self.all() if row.network == network and row.broken is None]
        if not usable and is_public(network):
            return self.open_to_all(network)
        if not usable and network != X:
            raise NotFoundError(f"there is no network {network!r}: {NETWORKS}")
        if not usable:
            raise NotFoundError(
                f"there is no usable credential for {network}: `afterword graph login`"
            )
        return min(usable, key=lambda row: (row.kind != Kind.OAUTH2, row.name))

    def tokens_of(self, row: CredentialRow) -> Tokens:
        """What a credential opens things with. Raises CredentialDeadError, and marks nothing."""
        if row.kind == Kind.SETTING:
            if self._settings.x_bearer_token is None:
                raise dead(row.name, "AFTERWORD_X_BEARER_TOKEN is not set any more")
            return Tokens(self._settings.x_bearer_token)
        try:
            return opened(row.secret or b"", self._vault)
        except SealError as error:  # not to be marked: another host may have the right key
            raise dead(row.name, str(error)) from None

    def seal(self, tokens: Tokens) -> bytes:
        """Tokens as they are stored."""
        return tokens.seal(self._vault)

    def log_in(
        self, name: str, granted: Granted, *, kind: Kind, app: str, person: Person | None = None
    ) -> CredentialRow:
        """Keep what a login on X gave, in place of what had the name. `person` is whose lists are
        charged as its own."""
        lifetime = granted.lifetime
        now = self.clock()
        return self._save(
            self.blank(name, X, kind, app)._replace(
                owner_id=person and person.native_id,
                handle=person and person.handle,
                secret=self.seal(granted.tokens),
                expires_at=None if lifetime is None else now + timedelta(seconds=lifetime),
            )
        )

    def remove(self, name: str) -> None:
        """Forget a credential."""
        with self.database.write() as db:
            credentials.remove(db, name)

    def lists_using(self, name: str) -> int:
        """How many lists are read with it."""
        with self.database.read() as db:
            return credentials.lists_using(db, name)

    def open_to_all(self, network: str) -> CredentialRow:
        """Keep that a network may be read without any login; its name is the credential's."""
        return self._save(self.blank(network, network, Kind.PUBLIC, network))

    def state_of(self, row: CredentialRow) -> str:
        """How a credential stands, in words for a list."""
        now = self.clock()
        if row.broken is not None:
            return f"broken: {row.broken}"
        if row.kind == Kind.SETTING and self._settings.x_bearer_token is None:
            return "not usable: AFTERWORD_X_BEARER_TOKEN is not set any more"
        if row.is_refreshing(now):
            return "being refreshed"
        if row.expires_at is not None and row.expires_at <= now:
            return "ready: refreshed at its next use"
        return "ready"

    def blank(self, name: str, network: str, kind: Kind, app: str) -> CredentialRow:
        """A credential as it begins, not kept yet."""
        now = self.clock()
        return CredentialRow(
            name=name,
            network=network,
            kind=kind,
            app=app,
            owner_id=None,
            handle=None,
            secret=None,
            # Not 1: a name that is used again must not meet its former versions.
            version=(now - EPOCH) // timedelta(seconds=1),
            expires_at=None,
            refresh_until=None,
            broken=None,
            added_at=now,
        )

    def _adopt(self) -> None:
        """Make the row of the settings' token what the settings say."""
        token = self._settings.x_bearer_token
        if token is None:
            return
        digest = hashlib.sha256(token.encode()).digest()
        with self.database.read() as db:
            row = credentials.get(db, SETTING)
        if row is None or row.kind != Kind.SETTING or row.secret != digest:
            self._save(self.blank(SETTING, X, Kind.SETTING, SETTING)._replace(secret=digest))

    def _save(self, row: CredentialRow) -> CredentialRow:
        with self.database.write() as db:
            credentials.save(db, row)
        return row

    @cached_property
    def _vault(self) -> Vault:
        return Vault(token_key(self._settings))


def dead(name: str, reason: str) -> CredentialDeadError:
    """The error of a credential that can't be used."""
    return CredentialDeadError(
        f"the credential {name!r} can't be used: {reason}; `afterword graph login`"
    )
