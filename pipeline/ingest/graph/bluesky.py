"""Bluesky by its public AppView: no login, no price. Source: https://docs.bsky.app, atproto's bsky.

Lists come newest first. Members who are blocked or taken down are left out after paging, so pages
are short without being the last, and an account's counts are above what its lists hold.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from pipeline.domain.graph.failures import (
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NotAllowedError,
)
from pipeline.domain.graph.kinds import AccountState, Direction
from pipeline.domain.graph.port import Page, Person, Profiles
from pipeline.ingest.graph.web import Reply, Web, count_of, moment_of, text_of

APPVIEW = "https://public.api.bsky.app"
_LISTS = {Direction.FOLLOWERS: "getFollowers", Direction.FOLLOWING: "getFollows"}
_HANDLE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,62}")
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,240}")
_OK, _BAD = 200, 400
# Switched off by its owner, who may come back: nearer to deleted than to anything else.
_STATES = {
    "AccountTakedown": AccountState.SUSPENDED,
    "AccountDeactivated": AccountState.DELETED,
}
_NOBODY = ("profile not found", "actor not found")


class _Profile(msgspec.Struct, rename="camel"):
    did: str
    handle: str = ""
    display_name: str | None = None
    created_at: str | None = None
    followers_count: int | None = None
    follows_count: int | None = None


class _List(msgspec.Struct):
    followers: list[_Profile] | None = None
    follows: list[_Profile] | None = None
    cursor: str | None = None


class _Profiles(msgspec.Struct):
    profiles: list[_Profile]


class BlueskySource:
    """A FollowSource. `base_url` is an AppView; close it when its thread ends."""

    largest_page = 100
    largest_lookup = 25

    def __init__(self, clock: Callable[[], datetime], *, base_url: str = APPVIEW) -> None:
        self._web = Web(base_url, clock, prefix="ratelimit")

    def close(self) -> None:
        """Close the connections."""
        self._web.close()

    def page(self, native_id: str, direction: Direction, *, cursor: str | None, size: int) -> Page:
        """A page of a DID's list. Why there is none costs a second call."""
        query: dict[str, str | int | Sequence[str]] = {
            "actor": native_id,
            "limit": max(1, min(size, self.largest_page)),
        }
        if cursor is not None:
            query["cursor"] = cursor
        reply = self._ask(f"app.bsky.graph.{_LISTS[direction]}", query)
        if reply.status != _OK:
            raise self._no_list(reply, native_id, cursor)
        found = reply.read(_List)
        people = found.followers if direction is Direction.FOLLOWERS else found.follows
        if people is None or (cursor is not None and found.cursor == cursor):
            raise NetworkDownError(f"{reply.url} answers no such thing as expected")
        known = [_person(each) for each in people]
        return Page(known, found.cursor or None, reply.limits, reply.answered_at)

    def profiles(self, native_ids: Sequence[str]) -> Profiles:
        """Accounts by DID. Each that is not among the answers costs a call of its own."""
        if not native_ids:
            return Profiles((), {})
        reply = self._ask("app.bsky.actor.getProfiles", {"actors": list(native_ids)})
        if reply.status != _OK:
            raise _refused(reply)
        found = {each.did: _person(each) for each in reply.read(_Profiles).profiles}
        people: list[Person] = []
        missing: dict[str, AccountState] = {}
        limits, answered_at = reply.limits, reply.answered_at
        for native_id in dict.fromkeys(native_ids):
            if native_id in found:
                people.append(found[native_id])
                continue
            alone = self._one(native_id, native_id)
            people.extend(alone.found)
            missing.update(alone.missing)
            limits, answered_at = alone.limits, alone.answered_at
        return Profiles(people, missing, limits, answered_at)

    def find(self, handle: str) -> Profiles:
        """An account by its handle, which is a domain, or by its DID."""
        asked = handle.strip().removeprefix("@")
        asked = asked if asked.startswith("did:") else asked.lower()
        if not _DID.fullmatch(asked) and not _HANDLE.fullmatch(asked):
            return Profiles((), {handle: AccountState.DELETED})
        return self._one(asked, handle)

    def _one(self, actor: str, key: str) -> Profiles:
        reply = self._ask("app.bsky.actor.getProfile", {"actor": actor})
        if reply.status == _OK:
            person = _person(reply.read(_Profile))
            if actor.startswith("did:") and person.native_id != actor:
                raise NetworkDownError(f"{reply.url} answers with another account")
            return Profiles((person,), {}, reply.limits, reply.answered_at)
        state = _state(reply)
        if state is None:
            raise _refused(reply)
        return Profiles((), {key: state}, reply.limits, reply.answered_at)

    def _no_list(self, reply: Reply, native_id: str, cursor: str | None) -> Exception:
        """What a list that was refused means. To a list, all who are gone are "not found"."""
        state = _state(reply)
        if state is AccountState.DELETED:
            state = self._one(native_id, native_id).missing.get(native_id, AccountState.UNKNOWN)
        if state is not None:
            return ListGoneError(f"{native_id} is {state} on Bluesky", state=state)
        if cursor is not None and reply.status == _BAD:
            return CursorExpiredError(f"{reply.url} refuses its cursor: {reply.said('message')}")
        return _refused(reply)

    def _ask(self, method: str, query: dict[str, Any]) -> Reply:
        return self._web.get(f"/xrpc/{method}", query)


def _state(reply: Reply) -> AccountState | None:
    """What an error says of an account; None where it speaks of something else."""
    if reply.status != _BAD:
        return None
    if state := _STATES.get(reply.said("error")):
        return state
    return AccountState.DELETED if reply.said("message").lower().startswith(_NOBODY) else None


def _refused(reply: Reply) -> NotAllowedError:
    why = reply.said("message") or reply.said("error") or "without a reason"
    return NotAllowedError(f"{reply.url} answered {reply.status}: {why}")


def _person(profile: _Profile) -> Person:
    if not _DID.fullmatch(profile.did):
        raise NetworkDownError(f"an account's DID is {profile.did[:50]!r}")
    handle = profile.handle if profile.handle != "handle.invalid" else ""
    return Person(
        profile.did,
        handle=text_of(handle),
        name=text_of(profile.display_name),
        created_at=moment_of(profile.created_at),
        followers=count_of(profile.followers_count),
        following=count_of(profile.follows_count),
    )
