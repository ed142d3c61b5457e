"""A Mastodon instance, as anybody may read it. Source: https://docs.joinmastodon.org/methods/accounts.

An instance knows the whole lists of its own accounts only: others are asked where they live.
Whoever hides a list has an empty one here, not a refusal, so an empty page is never believed alone.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from pipeline.domain.graph.failures import (
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NotAllowedError,
)
from pipeline.domain.graph.kinds import MASTODON, AccountState, Direction
from pipeline.domain.graph.port import Page, Profiles
from pipeline.ingest.graph.instance import (
    ABSENT,
    ID,
    OK,
    Account,
    checked_host,
    cursor_of,
    person_of,
    profile_of,
    refused,
)
from pipeline.ingest.graph.web import Reply, Web

_NAME = re.compile(r"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*")
_BAD = (400, 422)


class MastodonSource:
    """A FollowSource for `host`; `base_url` is where its API is, if not there.

    Raises NotAllowedError for a host that is no public name. Close it when its thread ends.
    Locked accounts are not `protected`: who they follow, and who follows them, may be read.
    """

    largest_page = 80
    # Where the instance is older than 4.3, each account is a call.
    largest_lookup = 20

    def __init__(
        self, host: str, clock: Callable[[], datetime], *, base_url: str | None = None
    ) -> None:
        self.host = checked_host(host)
        self._web = Web(base_url or f"https://{self.host}", clock, prefix="x-ratelimit")
        self._has_bulk = True

    def close(self) -> None:
        """Close the connections."""
        self._web.close()

    def page(self, native_id: str, direction: Direction, *, cursor: str | None, size: int) -> Page:
        """A page of an account's list. An empty one costs a second call, or a third."""
        reply = self._list(native_id, direction, cursor, max(1, min(size, self.largest_page)))
        people = [person_of(each) for each in reply.read(list[Account])]
        following = cursor_of(reply)
        if following is not None and following == cursor:
            raise NetworkDownError(f"{reply.url} leads to the same page again")
        if not people and following is None:
            self._check_empty(native_id, direction, cursor)
        return Page(people, following, reply.limits, reply.answered_at)

    def profiles(self, native_ids: Sequence[str]) -> Profiles:
        """Accounts by id: in one call where the instance can, and one for each it does not give."""
        wanted = dict.fromkeys(native_ids)
        asked = [each for each in wanted if ID.fullmatch(each)]
        whole = self._bulk(asked) if len(asked) > 1 else Profiles((), {})
        known = {person.native_id for person in whole.found} | set(whole.missing)
        people, missing = list(whole.found), dict(whole.missing)
        limits, answered_at = whole.limits, whole.answered_at
        for native_id in wanted:
            if native_id not in known:
                alone = self._one(native_id)
                people.extend(alone.found)
                missing.update(alone.missing)
                limits, answered_at = alone.limits, alone.answered_at
        return Profiles(people, missing, limits, answered_at)

    def find(self, handle: str) -> Profiles:
        """An account of this instance, by `name` or `name@host`.

        Raises NotAllowedError for one of another instance.
        """
        name, _, host = handle.strip().removeprefix("@").partition("@")
        if host and host.lower() != self.host:
            where = f"{name} lives on {host}: name the network {MASTODON}:{host}"
            raise NotAllowedError(f"{self.host} knows only a part of that account's lists. {where}")
        if not _NAME.fullmatch(name):
            return Profiles((), {handle: AccountState.DELETED})
        return profile_of(self._web.get("/api/v1/accounts/lookup", {"acct": name}), handle)

    def _list(self, native_id: str, direction: Direction, cursor: str | None, size: int) -> Reply:
        if not ID.fullmatch(native_id):
            raise self._gone(native_id, AccountState.DELETED)
        query: dict[str, str | int | Sequence[str]] = {"limit": size}
        if cursor is not None:
            query["max_id"] = cursor
        reply = self._web.get(f"/api/v1/accounts/{native_id}/{direction.value}", query)
        if (state := ABSENT.get(reply.status)) is not None:
            raise self._gone(native_id, state)
        if cursor is not None and reply.status in _BAD:
            raise CursorExpiredError(f"{reply.url} refuses its cursor: {reply.said('error')}")
        if reply.status != OK:
            raise refused(reply)
        return reply

    def _check_empty(self, native_id: str, direction: Direction, cursor: str | None) -> None:
        """Whether an empty page is the truth. Raises ListGoneError for a list that is hidden.

        After other pages: if the head is still there. As the first: if the account counts nobody.
        """
        if cursor is not None and self._list(native_id, direction, None, 1).read(list[Account]):
            return
        one = self._one(native_id)
        if not one.found:
            raise self._gone(native_id, one.missing[native_id])
        (person,) = one.found
        count = person.followers if direction is Direction.FOLLOWERS else person.following
        if count != 0:
            raise self._gone(native_id, AccountState.PROTECTED)

    def _bulk(self, native_ids: Sequence[str]) -> Profiles:
        """Of several accounts, those the instance gives at once (from 4.3 on)."""
        if not self._has_bulk:
            return Profiles((), {})
        reply = self._web.get("/api/v1/accounts", {"id[]": native_ids})
        if reply.status != OK:
            self._has_bulk = False
            return Profiles((), {})
        given = [each for each in reply.read(list[Account]) if each.id in native_ids]
        found = [person_of(each) for each in given if not each.suspended]
        missing = {each.id: AccountState.SUSPENDED for each in given if each.suspended}
        return Profiles(found, missing, reply.limits, reply.answered_at)

    def _one(self, native_id: str) -> Profiles:
        if not ID.fullmatch(native_id):
            return Profiles((), {native_id: AccountState.DELETED})
        reply = self._web.get(f"/api/v1/accounts/{native_id}")
        found = profile_of(reply, native_id)
        if any(person.native_id != native_id for person in found.found):
            raise NetworkDownError(f"{reply.url} answers with another account")
        return found

    def _gone(self, native_id: str, state: AccountState) -> ListGoneError:
        how = "hides that list" if state is AccountState.PROTECTED else f"is {state}"
        return ListGoneError(f"account {native_id} of {self.host} {how}", state=state)
