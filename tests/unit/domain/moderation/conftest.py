"""A comment to start from, and ways to put it before one signal or all."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.domain.moderation import SIGNALS, AuthorHistory, Facts, Policy, Recent, Verdict, judge
from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.signal import Finding

HARMLESS = "I had the same problem last winter, and the second of your steps solved it."


@pytest.fixture(scope="session")
def facts() -> Callable[..., Facts]:
    """A harmless first comment; `plain` follows `text` unless it is given."""

    def build(**changes: Any) -> Facts:
        values: dict[str, Any] = {
            "text": HARMLESS,
            "links": (),
            "name": "Ann",
            "email": None,
            "website": None,
            "ip": "192.0.2.7",
            "user_agent": None,
            "page": "/winter/",
            "site_hosts": frozenset({"blog.example"}),
            "depth": 0,
            "revision": 1,
            "honeypot": None,
            "seconds_to_write": None,
            "history": AuthorHistory(),
            "recent": Recent(),
            "similar": (),
            "blocks": (),
            "at": datetime(2026, 3, 1, 12, tzinfo=UTC),
        }
        values |= changes
        return Facts(**{"plain": values["text"], **values})

    return build


@pytest.fixture(scope="session")
def examine(facts: Callable[..., Facts]) -> Callable[..., Finding]:
    """What one signal says of a comment."""
    by_name = {signal.name: signal for signal in SIGNALS}

    def run(signal: str, /, **changes: Any) -> Finding:
        return by_name[signal].examine(Case(facts(**changes)))

    return run


@pytest.fixture(scope="session")
def verdict_on(facts: Callable[..., Facts]) -> Callable[..., Verdict]:
    """What all signals together say of a comment."""

    def run(policy: Policy | None = None, **changes: Any) -> Verdict:
        return judge(facts(**changes), policy or Policy())

    return run
