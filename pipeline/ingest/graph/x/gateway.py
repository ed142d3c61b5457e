"""X behind the port. The only module that imports tweepy."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import requests
import tweepy

from pipeline.domain.graph.failures import CursorExpiredError, ListGoneError, NotAllowedError
from pipeline.domain.graph.kinds import AccountState, Direction
from pipeline.domain.graph.port import Page, Profiles
from pipeline.ingest.graph.x.adapter import LONGEST, TIMEOUTS, RefusedError, XAdapter, mounted
from pipeline.ingest.graph.x.answer import Answer
from pipeline.ingest.graph.x.people import FIELDS, is_handle, is_id
from pipeline.ingest.graph.x.reading import page_of, profiles_of
from pipeline.ingest.graph.x.token import Keyring, Token

_STAND_IN = "https://api.twitter.com"
"""tweepy's host (client.py, BaseClient.request), which the adapter stands for."""
_NO_TOKEN = "none"  # noqa: S105 - what tweepy is given: the adapter has the real one
_UNAUTHORIZED = 401


class XSource:
    """X's lists and profiles, with one credential (see `pipeline.domain.graph.port.FollowSource`)."""

    largest_page = 1000
    largest_lookup = 100

    def __init__(
        self,
        keyring: Keyring,
        *,
        base_url: str,
        clock: Callable[[], datetime],
        timeouts: tuple[float, float] = TIMEOUTS,
        longest: float = LONGEST,
    ) -> None:
        self._keyring = keyring
        self._clock = clock
        self._adapter = XAdapter(base_url, stand_in=_STAND_IN, timeouts=timeouts, longest=longest)
        self._client = tweepy.Client(
            bearer_token=_NO_TOKEN, return_type=requests.Response, wait_on_rate_limit=False
        )
        mounted(self._client.session, self._adapter, _STAND_IN)

    def page(self, native_id: str, direction: Direction, *, cursor: str | None, size: int) -> Page:
        """A page of an account's list."""
        if not is_id(native_id):
            why = f"{native_id!r} is no id of an account on X"
            raise ListGoneError(why, state=AccountState.UNKNOWN)
        ask = {
            Direction.FOLLOWERS: self._client.get_users_followers,
            Direction.FOLLOWING: self._client.get_users_following,
        }[direction]
        wanted = min(max(size, 1), self.largest_page)
        answer = self._ask(ask, native_id, max_results=wanted, pagination_token=cursor)
        try:
            return page_of(answer, now=self._clock())
        except CursorExpiredError as error:
            if cursor is None:  # reading from the head again would ask the same
                raise NotAllowedError(error.reason) from None
            raise

    def profiles(self, native_ids: Sequence[str]) -> Profiles:
        """At most `largest_lookup` accounts by id."""
        if len(native_ids) > self.largest_lookup:
            raise NotAllowedError(f"X is asked for {self.largest_lookup} accounts at most")
        asked = [each for each in dict.fromkeys(native_ids) if is_id(each)]
        odd = dict.fromkeys((each for each in native_ids if not is_id(each)), AccountState.UNKNOWN)
        if not asked:
            return Profiles((), odd)
        answer = self._ask(self._client.get_users, ids=asked)
        profiles = profiles_of(answer, asked, now=self._clock())
        return profiles._replace(missing={**profiles.missing, **odd})

    def find(self, handle: str) -> Profiles:
        """An account by its handle, without @. What can't be a handle is not asked for."""
        if not is_handle(handle):
            return Profiles((), {handle: AccountState.UNKNOWN})
        answer = self._ask(self._client.get_user, username=handle)
        return profiles_of(answer, [handle], now=self._clock())

    def whoami(self) -> Profiles:
        """The account that the token speaks for: one found, and none missing."""
        answer = self._ask(self._client.get_me, user_auth=False)
        return profiles_of(answer, (), now=self._clock())

    def _ask(self, call: Callable[..., Any], *values: str, **more: Any) -> Answer:
        """X's answer; with a token it refuses, once more with a new one."""
        token = self._keyring.token()
        answer = self._send(token, call, *values, **more)
        if answer.status == _UNAUTHORIZED:
            token = self._keyring.renewed(token)
            answer = self._send(token, call, *values, **more)
        if answer.status == _UNAUTHORIZED:
            raise self._keyring.give_up(token, "X refuses its token, also a new one")
        return answer

    def _send(self, token: Token, call: Callable[..., Any], *values: str, **more: Any) -> Answer:
        if not (token.value.isascii() and token.value.isprintable()):
            # http.client would refuse it too, and show it.
            raise self._keyring.give_up(token, "its token holds characters that no token has")
        self._adapter.authorization = f"Bearer {token.value}"
        try:
            response = call(*values, user_fields=list(FIELDS), **more)
        except RefusedError as error:
            return error.answer
        finally:
            self._adapter.authorization = ""
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, response.content)
