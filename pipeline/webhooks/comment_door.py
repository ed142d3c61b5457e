"""`POST /comments`: the browser's door, for the widget and for a plain HTML form."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import msgspec

from pipeline import metrics
from pipeline.domain import events
from pipeline.domain.ids import IdFactory
from pipeline.errors import InvalidEventError, UnavailableError
from pipeline.ingest.accept import Receipt, Status
from pipeline.problems import ProblemError
from pipeline.request_ids import request_id
from pipeline.settings import Settings
from pipeline.settings.patterns import rate_per_second
from pipeline.store.log import NewEvent
from pipeline.webhooks.answers import Answer, Send, json_answer, problem_answer, send_answer
from pipeline.webhooks.body import Receive, read_body
from pipeline.webhooks.buckets import buckets_for
from pipeline.webhooks.clients import Clients, bucket_key
from pipeline.webhooks.comment_form import CommentForm, is_plain_form, read_form
from pipeline.webhooks.door import Submit
from pipeline.webhooks.origins import Desk, Origins, origin_of

REPEAT_WINDOW_S = 600
"""The same comment from the same author within this time is a double click."""

_PREFLIGHT = (
    (b"access-control-allow-methods", b"POST, OPTIONS"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"86400"),
)


class _Caller(NamedTuple):
    address: str
    origin: str
    desk: Desk


class CommentDoor:
    """The ASGI application behind /comments."""

    def __init__(
        self, settings: Settings, writer: Submit, ids: IdFactory, clock: Callable[[], datetime]
    ) -> None:
        self._limit = settings.body_limit
        self._writer = writer
        self._ids = ids
        self._clock = clock
        self._origins = Origins(settings)
        self._clients = Clients(settings.trusted_proxies)
        rate = rate_per_second(settings.comment_rate)
        self._authors = buckets_for(rate, clock=time.monotonic)
        self._sources = {
            name: buckets_for(source.per_second(), clock=time.monotonic)
            for name, source in settings.sources.items()
        }

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        found = self._origins.desk(headers)
        try:
            caller = _Caller(self._clients.address(scope, headers), *_allowed(found))
            answer = await self._answer(scope, headers, caller, receive)
        except ProblemError as problem:
            answer = problem_answer(problem)
        metrics.REQUESTS.add(found[1].source if found else "form", str(answer.status))
        cors = _cors(found[0]) if found else ()
        answer = answer._replace(headers=(*answer.headers, *cors))
        await send_answer(scope, send, answer, request_id(headers))

    async def _answer(
        self,
        scope: Mapping[str, Any],
        headers: Mapping[bytes, bytes],
        caller: _Caller,
        receive: Receive,
    ) -> Answer:
        if scope["method"] == "OPTIONS":
            return Answer(204, b"", headers=_PREFLIGHT)
        if scope["method"] != "POST":
            raise ProblemError("method-not-allowed", "send comments with POST")
        self._throttle(caller)
        body = await read_body(receive, headers, limit=self._limit)
        form = await read_form(scope, headers, body)
        if not is_plain_form(headers):
            receipt = await self._take(form, caller, headers)
            status = 202 if receipt.status is Status.ACCEPTED else 200
            return json_answer(
                status, {"event_id": str(receipt.event_id), "status": receipt.status.value}
            )
        try:
            outcome = (await self._take(form, caller, headers)).status.value
        except ProblemError as problem:
            outcome = problem.name
        return _back(_page_url(form, caller), outcome)

    def _throttle(self, caller: _Caller) -> None:
        everybody = self._sources[caller.desk.source]
        wait = self._authors.take(bucket_key(caller.address)) if self._authors else 0.0
        wait = wait or (everybody.take(caller.desk.source) if everybody else 0.0)
        if wait:
            raise ProblemError(
                "too-many-requests",
                "that was a lot of comments; wait a moment",
                retry_after=ceil(wait),
            )

    async def _take(
        self, form: CommentForm, caller: _Caller, headers: Mapping[bytes, bytes]
    ) -> Receipt:
        try:
            event = self._event(form, caller, headers)
            receipts: Sequence[Receipt] = await self._writer.submit([event])
        except InvalidEventError as error:
            raise ProblemError("invalid", error.problem) from error
        except UnavailableError as error:
            raise ProblemError("unavailable", str(error), retry_after=error.retry_after) from error
        return receipts[0]

    def _event(
        self, form: CommentForm, caller: _Caller, headers: Mapping[bytes, bytes]
    ) -> NewEvent:
        now = self._clock()
        event_id = self._ids.next()
        author = {"name": form.name, "email": form.email or None, "website": form.website or None}
        fact = {
            "id": str(event_id),
            "page": form.page,
            "page_url": _page_url(form, caller),
            "parent": form.parent or None,
            "author": author,
            "text": form.text.replace("\r\n", "\n"),
            "ip": caller.address,
            "user_agent": headers.get(b"user-agent", b"").decode("latin-1")[:500] or None,
            "referrer": headers.get(b"referer", b"").decode("latin-1")[:2000] or None,
            "honeypot": None if form.phone is None else form.phone[:200],
            "seconds_to_write": form.seconds_to_write(now.timestamp() * 1000),
        }
        if any("\0" in value for value in (form.page, form.text, form.name, form.parent)):
            raise InvalidEventError("a field holds a NUL character")
        data = msgspec.json.encode(fact)
        checked = events.check(events.COMMENT_POSTED, data)
        key = _repeat_key(form, caller, int(now.timestamp() // REPEAT_WINDOW_S))
        return NewEvent(
            id=event_id,
            source=caller.desk.source,
            external_id=f"form:{key.hex()}",
            type=events.COMMENT_POSTED,
            subject=events.subject_of(caller.desk.source, events.COMMENT_POSTED, checked),
            occurred_at=now,
            data=data.decode(),
            digest=key,
        )


def _allowed(found: tuple[str, Desk] | None) -> tuple[str, Desk]:
    if found is None:
        raise ProblemError(
            "forbidden-origin",
            "the Origin of this request is not in a site's url or allowed_origins",
        )
    return found


def _repeat_key(form: CommentForm, caller: _Caller, slot: int) -> bytes:
    fields = (caller.desk.source, form.page, form.parent, form.name, form.email, form.text, slot)
    return hashlib.sha256(msgspec.json.encode(fields)).digest()


def _page_url(form: CommentForm, caller: _Caller) -> str:
    """Where the page is: as the form says if that is on the site, else the site's url and the path."""
    if origin_of(form.page_url) in caller.desk.origins:
        return form.page_url
    return urljoin(caller.desk.site.url, form.page)


def _back(page_url: str, outcome: str) -> Answer:
    parts = urlsplit(page_url)
    query = "&".join(filter(None, (parts.query, urlencode({"comment": outcome}))))
    location = urlunsplit((parts.scheme, parts.netloc, parts.path, query, "comments"))
    header = (b"location", location.encode("ascii", "ignore"))
    return Answer(303, b"", b"text/plain", headers=(header,))


def _cors(origin: str) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"vary", b"Origin"),
    )
