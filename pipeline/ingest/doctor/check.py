"""One line of a check-up."""

from enum import StrEnum
from typing import NamedTuple


class Health(StrEnum):
    """How a check ended. WARN works for now; FAIL does not."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(NamedTuple):
    """What was looked at, how it is, what was seen, and what to do unless it is well."""

    name: str
    health: Health
    detail: str
    advice: str = ""


def ok(name: str, detail: str) -> Check:
    """All is well."""
    return Check(name, Health.OK, detail)


def warn(name: str, detail: str, advice: str) -> Check:
    """It works, but not for long or not as it should."""
    return Check(name, Health.WARN, detail, advice)


def fail(name: str, detail: str, advice: str) -> Check:
    """It does not work."""
    return Check(name, Health.FAIL, detail, advice)


def worst(checks: list[Check]) -> Health:
    """The worst health of all."""
    found = {check.health for check in checks}
    return next((h for h in (Health.FAIL, Health.WARN) if h in found), Health.OK)
