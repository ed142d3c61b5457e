"""The shape of the settings: frozen structs, each field with its meaning and default."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from pipeline.settings.patterns import INDEX, Rate
from pipeline.settings.sections import Graph, Moderation
from pipeline.settings.sites import SecretEntry, Site, Source

__all__ = ["Graph", "Moderation", "SecretEntry", "Settings", "Site", "Source"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything Afterword can be told, checked and frozen."""

    home: Path
    config: Path
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str | None = None
    """None: SQLite in HOME."""
    redis_url: str | None = None
    """None: the bundled Redis, on a socket in HOME."""
    elasticsearch_url: str | None = None
    """None: SQLite FTS5 in HOME. May hold user and password."""
    elasticsearch_api_key: str | None = None
    elasticsearch_ca_certs: str | None = None
    """A file of certificates to trust, for https."""
    elasticsearch_index: Annotated[str, Meta(pattern=INDEX)] = "afterword"
    """The alias readers ask; every index's name begins with it."""
    flower_port: int = 5555
    flower_max_tasks: int = 200
    """Tasks Flower keeps: about 4 kB each (facts: 40 MB per 10,000)."""
    x_api_url: str = "https://api.x.com"
    x_bearer_token: str | None = None
    """An app's own token for X; `afterword graph login` keeps others, encrypted."""
    x_client_id: str | None = None
    x_client_secret: str | None = None
    """Of the X app, for `afterword graph login`; the secret only where the app is confidential."""
    token_key: str | None = None
    """Encrypts networks' tokens, the same on every host. None: made at first use, in HOME/secrets."""
    admin_password: str | None = None
    """None: made at first start and kept in HOME/secrets."""
    instance_key: str | None = None
    """Key of author digests, the same on every host. None: made at first start, in HOME/secrets."""
    trusted_proxies: tuple[str, ...] | str = ()
    """Networks whose X-Forwarded-For is believed; comma-separated in the environment."""
    address_rate: Rate = "100/s"
    """Requests one address may send to the doors that write."""
    comment_rate: Rate = "10/m"
    """Comments one address may post through the browser's door."""
    lease: Annotated[float, Meta(gt=0, le=86_400)] = 60.0
    """Seconds until a delivery without an answer is sent out again."""
    window: Annotated[int, Meta(ge=1, le=10_000)] = 64
    """Deliveries in flight per queue: what Redis holds at most."""
    worker_pool: Literal["threads", "prefork"] = "threads"
    worker_concurrency: Annotated[int, Meta(ge=1, le=64)] = 4
    body_limit: Annotated[int, Meta(ge=1024)] = 262_144
    """Bytes of a request's body, counted while reading and again while inflating."""
    retention_days: Annotated[int, Meta(ge=1, le=36_500)] = 30
    """Days that settled deliveries and beat's ticks are kept."""
    query_days: Annotated[int, Meta(ge=1, le=36_500)] = 90
    """Days that readers' search queries are kept, without anything about who asked."""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    sites: Mapping[str, Site] = {}
    sources: Mapping[str, Source] = {}
    moderation: Moderation = Moderation()
    graph: Graph = Graph()

    def __post_init__(self) -> None:
        """Split what the environment can only give as one string."""
        if isinstance(self.trusted_proxies, str):
            parts = tuple(part.strip() for part in self.trusted_proxies.split(",") if part.strip())
            msgspec.structs.force_setattr(self, "trusted_proxies", parts)

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.home / 'afterword.db'}"
