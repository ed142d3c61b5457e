"""Opening X's activity stream with an app's own token, which is the only one it takes."""

from typing import NoReturn

from pipeline.domain.graph.kinds import X
from pipeline.errors import NotFoundError, Rejected
from pipeline.ingest.graph.credentials import Credentials, Kind, dead
from pipeline.ingest.graph.keyring import Keyring
from pipeline.ingest.graph.tokens import Tokens
from pipeline.ingest.graph.x.stream import ActivityStream
from pipeline.settings import Settings
from pipeline.store.graph.credentials import CredentialRow

_OF_APPS = frozenset({Kind.BEARER, Kind.SETTING})


def open_activity(settings: Settings, kept: Credentials, name: str | None) -> ActivityStream:
    """The stream, as the credential of this name, or the first that may. Connects to nothing yet.

    Raises NotFoundError where there is none, Rejected for somebody's login.
    """
    row = _chosen(kept, name)
    keyring = Keyring(row.name, kept, _no_refresh)
    return ActivityStream(keyring, base_url=settings.x_api_url, clock=kept.clock)


def _chosen(kept: Credentials, name: str | None) -> CredentialRow:
    if name is None:
        usable = [row for row in kept.all() if _may(row) and row.broken is None]
        if not usable:
            raise NotFoundError(
                "the stream takes an app's own token, and there is none: set AFTERWORD_X_BEARER_TOKEN,"
                " or `afterword graph login --bearer FILE`"
            )
        return usable[0]
    row = kept.find(name)
    if row is None:
        raise NotFoundError(f"there is no credential {name!r}: see `afterword graph credentials`")
    if not _may(row):
        raise Rejected(f"{name!r} is no app's own token, and the stream takes no other")
    return row


def _may(row: CredentialRow) -> bool:
    return row.network == X and row.kind in _OF_APPS


def _no_refresh(_tokens: Tokens) -> NoReturn:
    raise dead("x", "an app's own token can't be refreshed")
