"""The shape of the settings: frozen structs, each field with its meaning and default."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from pipeline.domain.schemes import Scheme
from pipeline.errors import SettingsError

_RATE = r"^(none|[1-9][0-9]{0,8}/(s|m|h))$"
_URL = r"^https?://[^\s/]+"
_INDEX = r"^[a-z0-9][a-z0-9_-]{0,99}$"
PATTERNS = MappingProxyType(
    {
        _RATE: 'like "50/s", "10/m" or "100/h", or "none"',
        _URL: "an address like https://blog.example",
        _INDEX: "lower-case letters, digits, - and _, such as afterword",
    }
)
"""What the patterns of this module ask for, in words."""

Address = Annotated[str, Meta(pattern=_URL)]
FolderPath = Annotated[str, Meta(min_length=1)]
Rate = Annotated[str, Meta(pattern=_RATE)]
Factor = float | Literal["off"]
RESERVED_SOURCES = frozenset({"afterword", "beat"})
_PER = {"s": 1.0, "m": 60.0, "h": 3600.0}


def rate_per_second(rate: str) -> float | None:
    """ "50/s" as 50.0, "10/m" as 0.1667; None for "none"."""
    if rate == "none":
        return None
    count, per = rate.split("/")
    return int(count) / _PER[per]


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """Where a site's posts are read from; `kind` says how."""


class HugoContent(_Content, frozen=True, tag="hugo"):
    """A Hugo site: its content folder, or the folder its settings are in."""

    path: FolderPath


class JekyllContent(_Content, frozen=True, tag="jekyll"):
    """A Jekyll site: the folder that holds `_posts`."""

    path: FolderPath


class EleventyContent(_Content, frozen=True, tag="eleventy"):
    """A built site: the folder that is served."""

    path: FolderPath


class FeedContent(_Content, frozen=True, tag="feed"):
    """An RSS, Atom or JSON feed."""

    url: Address


class SitemapContent(_Content, frozen=True, tag="sitemap"):
    """Every page a sitemap names. None: /sitemap.xml of the site."""

    url: Address | None = None


class GhostContent(_Content, frozen=True, tag="ghost"):
    """A Ghost blog, by its Content API. `url` None: the site's own."""

    key: Annotated[str, Meta(min_length=1)]
    url: Address | None = None


class WordPressContent(_Content, frozen=True, tag="wordpress"):
    """A WordPress blog, by its REST API. `url` None: the site's own."""

    url: Address | None = None


Content = (
    HugoContent
    | JekyllContent
    | EleventyContent
    | FeedContent
    | SitemapContent
    | GhostContent
    | WordPressContent
)
"""How a site's posts can be read."""
CONTENT_KINDS: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {str(kind.__struct_config__.tag): kind for kind in get_args(Content)}
)
"""The shape of `content`, by its `kind`."""


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One blog. `content` names its content source (used by search)."""

    url: Address
    allowed_origins: tuple[str, ...] = ()
    content: Content | None = None
    synonyms: str | None = None
    """A file of words that mean the same, in Solr's format; relative to the settings' folder."""
    search_comments: bool = True
    """Whether a search also looks through the published comments of a post."""


class SecretEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secret while rotating: refused after `not_after`."""

    secret: str
    not_after: datetime | None = None


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sender of webhooks, as `afterword.toml` has it."""

    scheme: Scheme
    site: str | None = None
    secrets: tuple[str | SecretEntry, ...] = ()
    rate: Rate = "50/s"
    tolerance: Annotated[int, Meta(ge=0, le=86_400)] = 300

    def per_second(self) -> float | None:
        """The refill rate of the source's token bucket; None where the limit is off."""
        return rate_per_second(self.rate)


class Moderation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds and weight factors. `signals` maps a signal to its factor, or "off"."""

    publish_below: float = 0.4
    reject_from: float = 0.9
    signals: dict[str, Factor] = {}

    def factors(self) -> dict[str, float]:
        """Weight factors with "off" as 0."""
        return {name: 0.0 if f == "off" else float(f) for name, f in self.signals.items()}


class Graph(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follow graphs may cost, and how closely they are watched. Money in dollars."""

    daily_cap: Annotated[float, Meta(ge=0, le=100_000)] = 1.0
    """Spent per app and UTC day at most; a call that might pass it is not made."""
    cycle_cap: Annotated[float, Meta(ge=0, le=1_000_000)] = 20.0
    """The same per billing cycle."""
    cycle_day: Annotated[int, Meta(ge=1, le=28)] = 1
    """The day of the month on which a billing cycle begins."""
    scheduled_share: Annotated[float, Meta(ge=0, le=1)] = 0.5
    """Of the caps, what probes that nobody asked for may use; the rest is left for `graph sync`."""
    overlap: Annotated[int, Meta(ge=5, le=200)] = 10
    """Known members in rank order that end a probe."""
    dry_run: bool = False
    """Plan and quote, but ask no network that costs money."""
    public: bool = False
    """Whether /api/graph answers without the admin's password."""


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
    elasticsearch_index: Annotated[str, Meta(pattern=_INDEX)] = "afterword"
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


def check_sources(sources: Mapping[str, Source], sites: Mapping[str, Site]) -> None:
    """Raise SettingsError for a source whose site does not exist or whose secrets can't be used."""
    for name, source in sources.items():
        if name in RESERVED_SOURCES:
            raise SettingsError(
                f"sources.{name}", was=name, expected=f"another name: {name!r} is Afterword's own"
            )
        if source.site is not None and source.site not in sites:
            known = ", ".join(sorted(sites)) or "none is set"
            raise SettingsError(
                f"sources.{name}.site", was=source.site, expected=f"a site of this file ({known})"
            )
