"""The senders of webhooks: each source of the settings, ready to verify and to count."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pipeline import metrics
from pipeline.errors import SettingsError
from pipeline.logs import get_logger
from pipeline.settings import SecretEntry, Settings, Source
from pipeline.webhooks.buckets import buckets_for
from pipeline.webhooks.signatures import Secret, Verified, check_secret, key_id

log = get_logger(__name__)


class Sender:
    """One source: its scheme, its secrets, its bucket, its counters."""

    def __init__(self, name: str, source: Source, *, clock: Callable[[], float]) -> None:
        self.name = name
        self.scheme = source.scheme
        self.tolerance = float(source.tolerance)
        self.secrets = tuple(_secret(name, source, entry) for entry in source.secrets)
        self.limited = source.rate != "none"
        self._buckets = buckets_for(source.per_second(), clock=clock)
        self._last_key: str | None = None

    def wait(self) -> float:
        """Seconds the sender must wait for its rate; 0.0 when it may go on."""
        return 0.0 if self._buckets is None else self._buckets.take(self.name)

    def seen(self, verified: Verified, now: datetime) -> None:
        """Count a signature that fitted, and say so when the key is another than last time."""
        metrics.VERIFIED.add(self.name, verified.key_id)
        if verified.key_id != self._last_key:
            self._last_key = verified.key_id
            log.info("signature_key", source=self.name, key=verified.key_id)
        if verified.signed_at is not None:
            metrics.SKEW.add(abs((now - verified.signed_at).total_seconds()))


def senders_of(settings: Settings, *, clock: Callable[[], float]) -> Mapping[str, Sender]:
    """Every source of the settings. Raises SettingsError for a secret that can't be one."""
    return {name: Sender(name, each, clock=clock) for name, each in settings.sources.items()}


def _secret(name: str, source: Source, entry: str | SecretEntry) -> Secret:
    value = entry.secret if isinstance(entry, SecretEntry) else entry
    problem = check_secret(source.scheme, value)
    if problem is not None:
        raise SettingsError(f"sources.{name}.secrets", was="…", expected=problem)
    not_after = entry.not_after if isinstance(entry, SecretEntry) else None
    return Secret(id=key_id(value), value=value, not_after=not_after)
