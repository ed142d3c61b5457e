"""The composition root: the only constructor of adapters.

Call `build` after a fork, in the process that uses what it makes.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.broker import CeleryPublisher, make_celery
from pipeline.domain.ids import IdFactory
from pipeline.domain.moderation import SIGNALS, Policy, check_policy
from pipeline.ingest.comments.draft import Drafter
from pipeline.ingest.comments.identity import Identity
from pipeline.ingest.comments.moderate import Moderator
from pipeline.ingest.dispatch import Relay
from pipeline.keys import instance_key
from pipeline.settings import Settings
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

    @property
    def lease(self) -> timedelta:
        """How long a delivery may take before it is sent out again."""
        return timedelta(seconds=self.settings.lease)

    @property
    def retention(self) -> timedelta:
        """How long settled deliveries are kept."""
        return timedelta(days=self.settings.retention_days)

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
        self.database.close()


def build(
    settings: Settings, *, clock: Clock = utc_now, database: Database | None = None
) -> Container:
    """Everything a process needs, connected to nothing yet. Raises SettingsError, StartError.

    `database` is a closed one of these settings that the parent process has used.
    """
    policy = policy_of(settings)
    ids = IdFactory(node=secrets.randbelow(1024), clock=clock)
    drafter = Drafter(settings, Identity(instance_key(settings)))
    return Container(
        settings=settings,
        database=database or Database(settings.database),
        clock=clock,
        ids=ids,
        moderator=Moderator(settings, drafter, policy, ids),
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
