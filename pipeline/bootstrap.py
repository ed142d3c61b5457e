"""The composition root: the only constructor of adapters.

Call `build` after a fork, in the process that uses what it makes.
"""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pipeline.broker import CeleryPublisher, make_celery
from pipeline.domain.ids import IdFactory
from pipeline.domain.moderation import SIGNALS, Policy, check_policy
from pipeline.index.engines import make_engine
from pipeline.index.journal import Journal
from pipeline.index.services import Index, index_on
from pipeline.ingest.comments.draft import Drafter
from pipeline.ingest.comments.identity import Identity
from pipeline.ingest.comments.moderate import Moderator
from pipeline.ingest.content.source import ContentSource
from pipeline.ingest.dispatch import Relay
from pipeline.ingest.graph.duties import Duties
from pipeline.ingest.graph.erased import Erased
from pipeline.ingest.graph.guarded import GuardedHistory
from pipeline.ingest.graph.observing import Observer
from pipeline.ingest.graph.service import Graph
from pipeline.ingest.graph.tolls import Tolls
from pipeline.ingest.posts.renewal import Renewal
from pipeline.ingest.posts.store import PostKeeper
from pipeline.ingest.posts.sync import Open, Syncer
from pipeline.keys import instance_key
from pipeline.settings import Settings
from pipeline.settings.contents import Content
from pipeline.store.database import Database

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Container:
    """What one process works with. Close it when the process ends."""

    settings: Settings
    database: Database
    clock: Clock
    ids: IdFactory
    moderator: Moderator
    posts: PostKeeper
    syncer: Syncer
    graph: Graph
    index: Index
    journal: Journal
    erased: Erased
    observer: Observer
    tolls: Tolls
    duties: Duties

    @property
    def lease(self) -> timedelta:
        """How long a delivery may take before it is sent out again."""
        return timedelta(seconds=self.settings.lease)

    @property
    def retention(self) -> timedelta:
        """How long settled deliveries are kept."""
        return timedelta(days=self.settings.retention_days)

    @property
    def queries_kept(self) -> timedelta:
        """How long readers' queries are kept."""
        return timedelta(days=self.settings.query_days)

    def relay(self, redis_url: str) -> tuple[Relay, CeleryPublisher]:
        """A relay and the connection it publishes on, for one thread."""
        publisher = CeleryPublisher(make_celery(redis_url))
        relay = Relay(
            self.database,
            publisher,
            window=self.settings.window,
            lease=self.lease,
            clock=self.clock,
        )
        return relay, publisher

    def close(self) -> None:
        """Close connections."""
        self.journal.close()
        self.index.engine.close()
        self.database.close()


def build(
    settings: Settings, *, clock: Clock = utc_now, database: Database | None = None
) -> Container:
    """Everything a process needs, connected to nothing yet. Raises SettingsError, StartError.

    `database` is a closed one of these settings that the parent process has used.
    """
    ids = IdFactory(node=secrets.randbelow(1024), clock=clock)
    key = instance_key(settings)
    database = database or Database(settings.database)
    return assemble(settings, database, ids=ids, clock=clock, key=key)


def assemble(
    settings: Settings, database: Database, *, ids: IdFactory, clock: Clock, key: bytes
) -> Container:
    """The services around a database. `key` is that of author digests. Raises SettingsError."""
    policy = policy_of(settings)
    lease = timedelta(seconds=settings.lease)
    drafter = Drafter(settings, Identity(key))
    erased = Erased(key)
    history = GuardedHistory(ids, clock, erased, overlap=settings.graph.overlap)
    keeper = PostKeeper(settings.sources, ids)
    return Container(
        settings=settings,
        database=database,
        clock=clock,
        ids=ids,
        moderator=Moderator(settings, drafter, policy, ids),
        posts=keeper,
        syncer=Syncer(database, _contents(settings, clock), ids, clock=clock, lease=lease),
        graph=Graph(
            settings,
            database,
            ids,
            clock=clock,
            chance=random.random,
            history=history,
            erased=erased,
        ),
        index=_index(settings, database, ids, clock, Renewal(database, keeper, clock=clock)),
        journal=Journal(database, ids, clock),
        erased=erased,
        observer=Observer(history, erased),
        tolls=Tolls(settings.sources),
        duties=Duties(database),
    )


def _contents(settings: Settings, clock: Clock) -> dict[str, Open]:
    return {
        name: partial(_open, site.content, site.url, settings.config.parent, clock)
        for name, site in settings.sites.items()
        if site.content is not None
    }


def _open(content: Content, url: str, folder: Path, clock: Clock) -> ContentSource:
    # Imported here: the parsers and the HTTP client weigh 13 MB in every process.
    from pipeline.ingest.content.build import open_source  # noqa: PLC0415

    return open_source(content, url=url, folder=folder, clock=clock)


def _index(
    settings: Settings, database: Database, ids: IdFactory, clock: Clock, renewal: Renewal
) -> Index:
    def searches_comments(site: str) -> bool:
        known = settings.sites.get(site)
        return known is None or known.search_comments

    return index_on(
        make_engine(settings),
        database,
        ids=ids,
        clock=clock,
        lease=timedelta(seconds=settings.lease),
        searches_comments=searches_comments,
        renew=renewal.run,
    )


def policy_of(settings: Settings) -> Policy:
    """The moderation policy of the settings. Raises SettingsError for a signal nobody knows."""
    chosen = settings.moderation
    policy = Policy(
        publish_below=chosen.publish_below,
        reject_from=chosen.reject_from,
        factors=chosen.factors(),
    )
    check_policy(policy, SIGNALS)
    return policy
