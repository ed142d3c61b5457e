"""What accounts look like. Everything is derived from id and seed: nobody's name is stored."""

import re
import string
from functools import lru_cache
from typing import Any, NamedTuple

from tests.simulators.x.kinds import Direction
from tests.simulators.x.times import iso, seconds
from tests.simulators.x.world import World

_SYLLABLES = re.findall("..", "badefigolumanerisotuvakeminoparosatiwozu")
_DIGITS = string.digits + string.ascii_lowercase
_LONGEST_HANDLE = 15
_FIRST = int(seconds("2006-03-21"))
_LAST = int(seconds("2012-07-01"))
"""Accounts of the edge list were made between these; those that come later say when they did."""
_WORD = (1 << 64) - 1

USER_FIELDS = frozenset(
    re.findall(
        r"\w+",
        "confirmed_email connection_status created_at description entities id "
        "is_identity_verified location name parody profile_banner_url profile_image_url protected "
        "public_metrics receives_your_dm subscribes_to_you subscription subscription_type url "
        "username verified verified_followers_count verified_type withheld",
    )
)


class Seen(NamedTuple):
    """How accounts are looked at: which fields, by whom, and `since` when counts miss changes."""

    fields: tuple[str, ...] = ()
    viewer: int | None = None
    since: float | None = None


class _Looks(NamedTuple):
    """What an account looks like as long as nothing happens to it. `mixed`: 64 bits of its own."""

    mixed: int
    name: str
    handle: str
    created_at: str


def handle_of(world: World, node: int) -> str:
    """An account's handle: at most 15 characters, the id in base 36 behind a made-up word."""
    return world.handles.get(node) or _looks(world.seed, world.graph.ids[node]).handle


def by_handle(world: World, handle: str) -> int | None:
    """The account that has a handle, in any case."""
    wanted = handle.lower()
    renamed = (node for node, handle in world.handles.items() if handle.lower() == wanted)
    found = next(renamed, None)
    if found is not None:
        return found
    tail = wanted.rpartition("_")[2]
    try:
        node = world.graph.find(str(int(tail, 36)))
    except ValueError:
        return None
    return node if node is not None and handle_of(world, node).lower() == wanted else None


def user(world: World, node: int, seen: Seen) -> dict[str, Any]:
    """An account as a user object; id, name and username are always there."""
    native_id = world.graph.ids[node]
    mixed, name, handle, created_at = _looks(world.seed, native_id)
    handle = world.handles.get(node, handle)
    body: dict[str, Any] = {"id": native_id, "name": name, "username": handle}
    for field in seen.fields:
        match field:
            case "created_at":
                made = world.created.get(node)
                body[field] = created_at if made is None else iso(made)
            case "protected":
                body[field] = world.is_protected(node)
            case "public_metrics":
                body[field] = _metrics(world, node, mixed, seen.since)
            case "description":
                body[field] = f"{_word(mixed >> 8, 4)} {_word(mixed >> 24, 3)}"
            case "verified":
                body[field] = mixed % 50 == 0
            case "verified_type":
                body[field] = "blue" if mixed % 50 == 0 else "none"
            case "connection_status" if seen.viewer is not None:
                body[field] = _connections(world, node, seen.viewer)
            case "profile_image_url":
                body[field] = f"https://images.invalid/{native_id}_normal.png"
    return body


@lru_cache(maxsize=200_000)
def _looks(seed: int, native_id: str) -> _Looks:
    mixed = _mixed(seed, native_id)
    name = f"{_word(mixed >> 16, 2).title()} {_word(mixed >> 32, 2).title()}"
    tail = "_" + _base36(int(native_id))
    handle = _word(mixed, 3)[: _LONGEST_HANDLE - len(tail)] + tail
    return _Looks(mixed, name, handle, iso(_FIRST + mixed % (_LAST - _FIRST)))


def _connections(world: World, node: int, viewer: int) -> list[str]:
    follows, followed = world.graph.position_of(viewer, node), world.graph.position_of(node, viewer)
    return ["following"] * (follows >= 0) + ["followed_by"] * (followed >= 0)


def _metrics(world: World, node: int, mixed: int, since: float | None) -> dict[str, int]:
    # As X's answers have it; its OpenAPI file says post_count (facts 1.1 b).
    return {
        "followers_count": world.size(node, Direction.FOLLOWERS, since=since),
        "following_count": world.size(node, Direction.FOLLOWING, since=since),
        "tweet_count": mixed % 9_000,
        "listed_count": mixed % 40,
        "like_count": mixed % 3_000,
    }


def _mixed(seed: int, native_id: str) -> int:
    """64 well mixed bits (splitmix64)."""
    value = (int(native_id) + seed * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & _WORD
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    value = (value ^ value >> 27) * 0x94D049BB133111EB & _WORD
    return value ^ value >> 31


def _word(bits: int, syllables: int) -> str:
    return "".join(_SYLLABLES[(bits >> 5 * n) % len(_SYLLABLES)] for n in range(syllables))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
