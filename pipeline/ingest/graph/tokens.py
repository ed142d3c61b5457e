"""What a credential's secret holds: tokens that never show in a repr, a log or a traceback."""

import msgspec

from pipeline.ingest.graph.vault import Vault


class Tokens(msgspec.Struct, frozen=True):
    """An access token, and what gets the next one. `client` is the app that they were given to."""

    access: str
    refresh: str | None = None
    client: str | None = None

    def __repr__(self) -> str:
        return "Tokens(…)"

    def seal(self, vault: Vault) -> bytes:
        """As it is stored."""
        return vault.seal(msgspec.json.encode(self))


class Granted(msgspec.Struct, frozen=True):
    """What an authorization server gave. `lifetime` in seconds, where it said."""

    tokens: Tokens
    lifetime: float | None = None

    def __repr__(self) -> str:
        return "Granted(…)"


def opened(sealed: bytes, vault: Vault) -> Tokens:
    """Tokens as they were sealed. Raises SealError."""
    return msgspec.json.decode(vault.open(sealed), type=Tokens)
