"""The senders of webhooks: whether each can still sign."""

from collections.abc import Callable
from datetime import datetime

from pipeline.domain.schemes import Scheme
from pipeline.ingest.doctor.check import Check, fail, ok, warn
from pipeline.settings import SecretEntry, Settings, Source

Problem = Callable[[Scheme, str], str | None]
"""What is wrong with a secret of a scheme, or None."""


def check_sources(settings: Settings, problem: Problem, *, now: datetime) -> list[Check]:
    """A check for each source of the settings. `now` is aware."""
    if not settings.sources:
        advice = "`afterword init` writes settings with two of them"
        return [warn("sources", "none is set: nobody may send anything", advice)]
    return [_check(name, source, problem, now) for name, source in settings.sources.items()]


def _check(name: str, source: Source, problem: Problem, now: datetime) -> Check:
    label, where = f"source {name}", f"[sources.{name}] of afterword.toml"
    if source.scheme is Scheme.FORM:
        return ok(label, "a form, which signs nothing")
    entries = [e if isinstance(e, SecretEntry) else SecretEntry(e) for e in source.secrets]
    for entry in entries:
        if wrong := problem(source.scheme, entry.secret):
            return fail(label, f"a secret can't be used: {wrong}", f"mend it in {where}")
    if any(entry.not_after is None or entry.not_after >= now for entry in entries):
        return ok(label, source.scheme)
    state = "every secret has run out" if entries else "it has no secret"
    return fail(label, f"{state}: everything it sends is refused", f"add one in {where}")
