"""Opening networks: the gateway of each credential, one per thread, imported when first needed."""

import threading
from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from pipeline.domain.graph.kinds import BLUESKY, MASTODON, X
from pipeline.domain.graph.port import FollowSource
from pipeline.ingest.graph.credentials import Credentials, dead
from pipeline.ingest.graph.keyring import Keyring
from pipeline.ingest.graph.tokens import Granted, Tokens
from pipeline.settings import Settings
from pipeline.store.database import Database
from pipeline.store.graph.credentials import CredentialRow

Clock = Callable[[], datetime]


class Sources:
    """Networks, as the credentials of a database open them. Safe for threads."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._mine = threading.local()
        self.credentials = Credentials(settings, database, clock)

    def __call__(self, row: CredentialRow) -> FollowSource:
        """The network of a credential. No transaction may be open when it is asked anything."""
        mine: dict[tuple[str, str], FollowSource] = self._mine.__dict__.setdefault("sources", {})
        key = (row.name, row.network)
        if key not in mine:
            mine[key] = self._open(row)
        return mine[key]

    def source_of(self, name: str) -> FollowSource:
        """The network of a credential, by its name. Raises CredentialDeadError for an unknown one."""
        row = self.credentials.find(name)
        if row is None:
            raise dead(name, "there is none of this name")
        return self(row)

    def _open(self, row: CredentialRow) -> FollowSource:
        network, _, host = row.network.partition(":")
        if network == X:
            return self._x(row)
        if network == BLUESKY:
            return _imported("bluesky", "BlueskySource")(clock=self._clock)
        if network == MASTODON and host:
            return _imported("mastodon", "MastodonSource")(host, clock=self._clock)
        raise dead(row.name, f"there is no network {row.network!r}")

    def _x(self, row: CredentialRow) -> FollowSource:
        # Imported here: tweepy and its HTTP client weigh 5 MB, which only fetching needs.
        from pipeline.ingest.graph.x.gateway import XSource  # noqa: PLC0415 - see above

        keyring = Keyring(row.name, self.credentials, self._refresh)
        return XSource(keyring, base_url=self._settings.x_api_url, clock=self._clock)

    def _refresh(self, tokens: Tokens) -> Granted:
        from pipeline.ingest.graph.x.oauth import App, XOAuth  # noqa: PLC0415 - as above

        settings = self._settings
        client = tokens.client or settings.x_client_id or ""
        secret = settings.x_client_secret if client == settings.x_client_id else None
        return XOAuth(settings.x_api_url, App(client, secret)).refresh(tokens.refresh or "")


def _imported(module: str, name: str) -> Callable[..., FollowSource]:
    """A gateway's class: each has an HTTP client of its own, which weighs."""
    found: Callable[..., FollowSource]
    found = getattr(import_module(f"pipeline.ingest.graph.{module}"), name)
    return found
