"""A site's own settings of moderation: thresholds, weight factors, word lists."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from pipeline.domain.moderation.signal import Signal
from pipeline.domain.moderation.words import WordList
from pipeline.errors import SettingsError

# One name in the settings for signals that only make sense together.
FAMILIES = MappingProxyType(
    {"flood": ("flood_author", "flood_address", "flood_page", "flood_site")},
)
LARGEST_FACTOR = 10.0


@dataclass(frozen=True, slots=True)
class Policy:
    """`factors` multiplies a signal's weight, 0 switches it off; a family's name means its members.

    A signal named itself goes by that factor, not by its family's.
    """

    publish_below: float = 0.4
    reject_from: float = 0.9
    factors: Mapping[str, float] = field(default_factory=dict, hash=False)
    lists: tuple[WordList, ...] = ()


def check_policy(policy: Policy, signals: Sequence[Signal]) -> None:
    """Raises SettingsError for thresholds out of order, an unknown signal or an odd factor."""
    low, high = policy.publish_below, policy.reject_from
    if not 0 <= low <= 1:
        raise SettingsError("moderation.publish_below", was=low, expected="a number from 0 to 1")
    if not low <= high <= 1:
        raise SettingsError(
            "moderation.reject_from", was=high, expected=f"a number from publish_below ({low}) to 1"
        )
    known = {signal.name for signal in signals} | FAMILIES.keys()
    for name, factor in policy.factors.items():
        _check_factor(name, factor, known)
    for words in policy.lists:
        if not 0 <= words.weight <= 1:
            where = f"moderation.lists.{words.name}.weight"
            raise SettingsError(where, was=words.weight, expected="a number from 0 to 1")


def factor_of(name: str, factors: Mapping[str, float]) -> float:
    """The factor of one signal: its own, else its family's, else 1."""
    for family, members in FAMILIES.items():
        if name in members:
            return factors.get(name, factors.get(family, 1.0))
    return factors.get(name, 1.0)


def digest(policy: Policy, signals: Sequence[Signal]) -> str:
    """16 hexadecimal digits of SHA-256 over all that a verdict depends on beside the comment."""
    parts = [
        policy.publish_below,
        policy.reject_from,
        sorted(policy.factors.items()),
        [[words.name, words.weight, words.phrases] for words in policy.lists],
        sorted([signal.name, signal.version, signal.weight] for signal in signals),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _check_factor(name: str, factor: float, known: set[str]) -> None:
    if name not in known:
        expected = f"the name of a signal: {', '.join(sorted(known))}"
        raise SettingsError("moderation.signals", was=name, expected=expected)
    if not (math.isfinite(factor) and 0 <= factor <= LARGEST_FACTOR):
        expected = f"off or a number from 0 to {LARGEST_FACTOR:g}"
        raise SettingsError(f"moderation.signals.{name}", was=factor, expected=expected)
