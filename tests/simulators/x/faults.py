"""What goes wrong, by seed: the n-th request to an endpoint meets the same fault in each run."""

import random
from collections import Counter
from typing import Annotated, Any

import msgspec
from msgspec import Meta

KINDS = {
    "html": "an HTML error page of the edge with status `value` (503); nothing was applied",
    "error": "a JSON problem with status `value` (500); nothing was applied",
    "latency": "`value` seconds (0.2) pass before the request is worked",
    "reset": "the connection is reset; nothing was applied",
    "lost": "applied and charged, then the connection is reset: the client saw nothing",
    "hang": "applied and charged, then silence for `value` seconds (60), then a reset",
    "cut": "applied and charged, then half the body and a reset",
    "garbage": "applied and charged; the body is half the JSON, with status 200",
    "rate_limited": "429 with headers that say the window is used up",
    "rate_limited_bare": "429 without rate headers",
    "rate_limited_codes": "429 in the old form, {errors: [{code: 88}]}",
    "hidden_limit": "429 while the headers say that requests remain",
    "usage_capped": "429 of the monthly cap",
    "no_credits": "402",
    "not_enrolled": "403 client-not-enrolled",
    "subset": "403 code 453",
    "unauthorized": "401",
    "foreign": "another client uses `value` (1) requests of the same window for each one here",
    "token_expired": "a pagination token, or on `token` a refresh token, is refused with 400",
    "stuck": "the page again, and again the same token",
    "reorder": "neighbours among the newest `value` (10) of a list change places",
    "swaps": "each member of a page changes places with its neighbour, at a chance of `value` (0.05)",
    "lag": "edges show up to `value` seconds (30) late, each after a time of its own",
    "count_lag": "public_metrics are `value` seconds (3600) old",
    "duplicate": "an event is delivered twice",
    "dropped": "an event is not delivered",
}
EVENT_KINDS = frozenset(("duplicate", "dropped"))
REQUEST_KINDS = frozenset(KINDS) - EVENT_KINDS
_USUAL = {
    "html": 503.0,
    "error": 500.0,
    "latency": 0.2,
    "hang": 60.0,
    "foreign": 1.0,
    "reorder": 10.0,
    "swaps": 0.05,
    "lag": 30.0,
    "count_lag": 3600.0,
}


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """One thing that goes wrong, on one endpoint or on all (`*`)."""

    kind: str
    endpoint: str = "*"
    probability: Annotated[float, Meta(ge=0, le=1)] = 1.0
    count: int | None = None
    """How often at most; None: always."""
    after: int = 0
    """Requests that are let pass first."""
    value: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault: {self.kind} ({', '.join(KINDS)})")
        if self.value is None:
            self.value = _USUAL.get(self.kind, 0.0)


PROFILES: dict[str, list[Fault]] = {
    "none": [],
    "flaky": [
        Fault("html", probability=0.02),
        Fault("error", probability=0.01),
        Fault("reset", probability=0.01),
        Fault("lost", probability=0.02),
        Fault("cut", probability=0.01),
        Fault("garbage", probability=0.01),
        Fault("latency", probability=0.05),
    ],
    "limits": [
        Fault("rate_limited_bare", probability=0.01),
        Fault("hidden_limit", probability=0.02),
        Fault("foreign", value=0.25),
    ],
    "eventual": [
        Fault("reorder", probability=0.3),
        Fault("lag"),
        Fault("count_lag", probability=0.5),
        Fault("duplicate", "events", probability=0.1),
    ],
    "expiring": [Fault("token_expired", probability=0.03)],
}
PROFILES["storm"] = [fault for name in list(PROFILES) for fault in PROFILES[name]]


class Faults:
    """The faults that are on."""

    def __init__(self, profile: str = "none", *, seed: int = 0) -> None:
        self.fired: Counter[str] = Counter()
        """How often each kind was drawn."""
        self._seed = seed
        self._added = 0
        self._on: list[tuple[Fault, random.Random]] = []
        self.add(PROFILES[profile])

    def add(self, faults: list[Fault]) -> None:
        """Switch faults on. A fault's counters are its own: it is copied."""
        for fault in faults:
            chance = random.Random(f"{self._seed}:{self._added}:{fault.kind}")  # noqa: S311 - repeatable
            self._on.append((msgspec.structs.replace(fault), chance))
            self._added += 1

    def clear(self) -> None:
        """Nothing goes wrong from now on."""
        self._on.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Those that are on, with the counts they have left."""
        return [msgspec.to_builtins(fault) for fault, _ in self._on]

    def draw(self, endpoint: str, *, without: frozenset[str] = frozenset()) -> dict[str, float]:
        """The faults that one request to an endpoint meets: kind and value.

        Kinds `without` cannot touch this request and do not count it.
        """
        met = {
            fault.kind: fault.value or 0.0
            for fault, chance in self._on
            if fault.kind not in without
            and fault.endpoint in {"*", endpoint}
            and _fires(fault, chance)
        }
        self.fired.update(met.keys())
        return met


def _fires(fault: Fault, chance: random.Random) -> bool:
    if fault.after > 0:
        fault.after -= 1
        return False
    if fault.count == 0 or chance.random() >= fault.probability:
        return False
    if fault.count is not None:
        fault.count -= 1
    return True
