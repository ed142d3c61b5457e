"""`POST /webhooks/{source}`: verify, read, check, commit, answer.

A plain ASGI application: this is the hot path, and a framework's request object costs more than the
signature.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any, Protocol

from pipeline import metrics
from pipeline.domain import events
from pipeline.domain.ids import IdFactory
from pipeline.domain.schemes import Scheme
from pipeline.errors import (
    InvalidEventError,
    SignatureError,
    UnavailableError,
    UnreadableError,
)
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
from pipeline.webhooks.envelopes import Incoming, UnsupportedMediaError, parse
from pipeline.webhooks.handshakes import prove, refused, welcome
from pipeline.webhooks.senders import Sender, senders_of
from pipeline.webhooks.signatures import SignedRequest, Verified, verify

PREFIX = "/webhooks/"


class Submit(Protocol):
    """Where events go: the group-commit writer."""

    def submit(self, events: Sequence[NewEvent]) -> Awaitable[list[Receipt]]:
        """Receipts once the events are on disk. Raises UnavailableError, InvalidEventError."""
        ...


class WebhookDoor:
    """The ASGI application behind /webhooks/."""

    def __init__(
        self, settings: Settings, writer: Submit, ids: IdFactory, clock: Callable[[], datetime]
    ) -> None:
        self._limit = settings.body_limit
        self._writer = writer
        self._ids = ids
        self._clock = clock
        self._senders = senders_of(settings, clock=time.monotonic)
        self._clients = Clients(settings.trusted_proxies)
        self._addresses = buckets_for(rate_per_second(settings.address_rate), clock=time.monotonic)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        sender = self._senders.get(scope["path"][len(PREFIX) :])
        try:
            answer = await self._answer(scope, headers, sender, receive)
        except ProblemError as problem:
            answer = problem_answer(problem)
        metrics.ACK_SECONDS.add(time.perf_counter() - started)
        if sender is not None:
            metrics.REQUESTS.add(sender.name, str(answer.status))
        await send_answer(scope, send, answer, request_id(headers))

    async def _answer(
        self,
        scope: Mapping[str, Any],
        headers: Mapping[bytes, bytes],
        sender: Sender | None,
        receive: Receive,
    ) -> Answer:
        if sender is None:
            raise ProblemError("not-found", "no source of this name is in afterword.toml")
        if scope["method"] != "POST":
            return self._no_post(scope, headers, sender)
        if self._addresses is not None and sender.limited:
            # Before the signature is looked at: guessing costs the guesser's own tokens.
            _limit(self._addresses.take(bucket_key(self._clients.address(scope, headers))))
        body = await read_body(receive, headers, limit=self._limit)
        now = self._clock()
        request = SignedRequest(headers, body, now, sender.tolerance)
        verified = _verified(sender, request)
        sender.seen(verified, now)
        if verified.ping:
            return json_answer(200, {"status": "pong"})
        # After the signature: nobody else can use up a sender's rate.
        _limit(sender.wait())
        try:
            new = self._read(sender, request, verified)
            return _acknowledge(sender, await self._writer.submit(new))
        except UnavailableError as error:
            raise ProblemError("unavailable", str(error), retry_after=error.retry_after) from error
        except UnsupportedMediaError as error:
            raise ProblemError("unsupported-media-type", error.problem) from error
        except UnreadableError as error:
            raise ProblemError("unreadable", error.problem) from error
        except InvalidEventError as error:
            raise ProblemError("invalid", error.problem) from error

    def _no_post(
        self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], sender: Sender
    ) -> Answer:
        if scope["method"] == "GET" and sender.scheme is Scheme.X:
            if self._addresses is not None and sender.limited:
                _limit(self._addresses.take(bucket_key(self._clients.address(scope, headers))))
            return prove(sender, scope["query_string"], self._clock())
        if scope["method"] != "OPTIONS":
            raise ProblemError("method-not-allowed", "send events with POST")
        return welcome(headers)

    def _read(self, sender: Sender, request: SignedRequest, verified: Verified) -> list[NewEvent]:
        body, now = request.body, request.now
        incoming = parse(sender.scheme, headers=request.headers, body=body)
        if len(incoming) == 1:
            # A signed id beats one in headers that the signature does not cover.
            (one,) = incoming
            return [self._event(sender, one, body, verified.external_id or one.id, now)]
        # A batch: each event has an id of its own.
        return [self._event(sender, each, each.data, each.id, now) for each in incoming]

    def _event(
        self, sender: Sender, incoming: Incoming, body: bytes, id_: str | None, now: datetime
    ) -> NewEvent:
        fact = events.check(incoming.type, incoming.data)
        digest = hashlib.sha256(body).digest()
        return NewEvent(  # by position, in half the time: id, source, external id, type, subject, …
            self._ids.next(now),
            sender.name,
            id_ or f"sha256:{digest.hex()}",
            incoming.type,
            events.subject_of(sender.name, incoming.type, fact),
            incoming.at,
            incoming.data.decode(),
            digest,
        )


def _verified(sender: Sender, request: SignedRequest) -> Verified:
    try:
        return verify(sender.scheme, request, sender.secrets)
    except SignatureError as error:
        raise refused(sender, error) from error


def _limit(wait: float) -> None:
    if wait:
        raise ProblemError("too-many-requests", "slow down", retry_after=ceil(wait))


def _acknowledge(sender: Sender, receipts: Sequence[Receipt]) -> Answer:
    """202 for news, 200 for a repeat, 409 for a contradiction; a batch is as new as its newest."""
    known = [receipt for receipt in receipts if receipt.status is not Status.ACCEPTED]
    if not known and len(receipts) == 1:
        return Answer(202, b'{"event_id":"%d","status":"accepted"}' % receipts[0].event_id)
    for _ in known:
        metrics.DUPLICATES.add(sender.name)
    if any(receipt.status is Status.CONFLICT for receipt in receipts):
        raise ProblemError(
            "conflict", "this id was used for another body; nothing was overwritten: send a new id"
        )
    status = 202 if len(known) < len(receipts) else 200
    items = [{"event_id": str(r.event_id), "status": r.status.value} for r in receipts]
    return json_answer(status, items[0] if len(items) == 1 else {"events": items})
