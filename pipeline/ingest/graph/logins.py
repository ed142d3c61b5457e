"""Logging in on X and out again. Loads X's gateway: for the command that does it."""

import re
from typing import NamedTuple

from pipeline.domain.graph.kinds import X
from pipeline.domain.graph.port import Person
from pipeline.errors import AfterwordError, Rejected, SettingsError, Transient
from pipeline.ingest.graph.credentials import SETTING, Credentials, Kind
from pipeline.ingest.graph.finding import Finder
from pipeline.ingest.graph.tokens import Granted, Tokens
from pipeline.ingest.graph.x.gateway import XSource
from pipeline.ingest.graph.x.oauth import App, Attempt, XOAuth
from pipeline.ingest.graph.x.token import OneToken
from pipeline.settings import Settings
from pipeline.store.graph.credentials import CredentialRow

_NAMELESS = "x-login"
_TOKEN = re.compile(r"[!-~]{8,4096}")


class Wanted(NamedTuple):
    """How a credential is to be kept. `name` None: after whoever logs in."""

    name: str | None
    app: str
    guest: bool = False
    """Whoever logs in does not own the app, so that their own lists cost what others' do."""


class LoggedIn(NamedTuple):
    """What came of a login. `unknown` is why X did not say who it was."""

    row: CredentialRow
    person: Person | None
    unknown: str | None


class Logins:
    """Logins on X, as the app of the settings."""

    def __init__(self, settings: Settings, kept: Credentials, finder: Finder) -> None:
        self._settings = settings
        self._kept = kept
        self._finder = finder

    def begin(self, redirect_uri: str) -> Attempt:
        """A new login. Raises SettingsError where the settings name no app."""
        return self._oauth().begin(redirect_uri)

    def finish(self, attempt: Attempt, address: str, wanted: Wanted) -> LoggedIn:
        """Keep the credential that the person allowed. Raises Rejected, Transient.

        X is asked who it was: one profile, which it charges for as for any. Where it may not be
        asked, or does not say, the login is kept as somebody's.
        """
        granted = self._oauth().exchange(attempt, attempt.code_in(address))
        person, unknown = self._whoami(granted.tokens, wanted)
        default = f"x-{person.handle}" if person and person.handle else _NAMELESS
        row = self._kept.log_in(
            wanted.name or default,
            granted,
            kind=Kind.OAUTH2,
            app=wanted.app,
            person=None if wanted.guest else person,
        )
        return LoggedIn(row, person, unknown)

    def bearer(self, token: str, wanted: Wanted) -> CredentialRow:
        """Keep an app's own token, without asking X about it. Raises Rejected where it is none."""
        token = token.strip()
        if not _TOKEN.fullmatch(token):
            raise Rejected("that is no token: X's are one line of letters, digits and a few signs")
        name = wanted.name or SETTING
        if name == SETTING and self._settings.x_bearer_token is not None:
            raise Rejected(
                f"the credential {SETTING!r} is that of AFTERWORD_X_BEARER_TOKEN: choose a --name"
            )
        return self._kept.log_in(name, Granted(Tokens(token)), kind=Kind.BEARER, app=wanted.app)

    def log_out(self, row: CredentialRow) -> str | None:
        """Forget a credential, and tell X. Why X could not be told, where it could not."""
        trouble = self._revoke(row) if row.kind == Kind.OAUTH2 else None
        self._kept.remove(row.name)
        return trouble

    def _whoami(self, tokens: Tokens, wanted: Wanted) -> tuple[Person | None, str | None]:
        row = self._kept.blank(wanted.name or _NAMELESS, X, Kind.OAUTH2, wanted.app)
        source = XSource(
            OneToken(tokens.access), base_url=self._settings.x_api_url, clock=self._kept.clock
        )
        try:
            return self._finder.whoami(row, source.whoami), None
        except (Transient, Rejected) as error:  # the login itself is good
            return None, error.reason

    def _revoke(self, row: CredentialRow) -> str | None:
        try:
            tokens = self._kept.tokens_of(row)
            self._oauth(tokens.client).revoke(tokens.refresh or tokens.access)
        except AfterwordError as error:
            return str(error)
        return None

    def _oauth(self, client: str | None = None) -> XOAuth:
        settings = self._settings
        client = client or settings.x_client_id
        if client is None:
            raise SettingsError(
                "AFTERWORD_X_CLIENT_ID",
                was=None,
                expected="the client id of your X app (developer console: keys and tokens)",
            )
        secret = settings.x_client_secret if client == settings.x_client_id else None
        return XOAuth(settings.x_api_url, App(client, secret))
