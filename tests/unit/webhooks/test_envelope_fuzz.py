import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError
from pipeline.webhooks.envelopes import parse
from tests.support.effort import effort

Headers = dict[bytes, bytes]
HEADERS = [
    b"content-type",
    b"webhook-id",
    b"svix-id",
    b"ce-specversion",
    b"ce-id",
    b"ce-source",
    b"ce-type",
    b"ce-time",
    b"x-github-event",
    b"x-github-delivery",
    b"x-ghost-signature",
    b"x-netlify-event",
    b"x-wc-webhook-topic",
]
VALUES = st.binary(max_size=12) | st.sampled_from(
    [
        b"1.0",
        b"push",
        b"order.created",
        b"application/json",
        b"application/cloudevents+json",
        b"application/cloudevents-batch+json",
        b"application/x-www-form-urlencoded",
        b"2026-01-31T12:00:00Z",
    ]
)
SAMPLES: list[tuple[Scheme, dict[str, Any]]] = [
    (Scheme.STANDARD_WEBHOOKS, {"type": "a.b", "timestamp": "2026-01-31T12:00:00Z", "data": {}}),
    (Scheme.BEARER, {"specversion": "1.0", "type": "a", "id": "1", "source": "/", "data": 1}),
    (Scheme.GITHUB, {"ref": "refs/heads/a", "after": "1", "repository": {"default_branch": "a"}}),
    (Scheme.GHOST, {"post": {"current": {"status": "published"}, "previous": {}}}),
    (Scheme.NETLIFY, {"state": "ready", "context": "production", "commit_ref": "1"}),
    (Scheme.CLOUDFLARE, {"alert_type": "pages_event_alert", "ts": 1, "data": {"a": "b"}}),
    (Scheme.WOOCOMMERCE, {"id": 1}),
    (Scheme.X, {"data": {"event_uuid": "1", "event_type": "post.create", "payload": {}}}),
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
TREES = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=2), LEAVES)
SCHEMES = st.sampled_from(list(Scheme))
HEADS = st.dictionaries(st.sampled_from(HEADERS), VALUES, max_size=4)


def read(scheme: Scheme, head: Headers, body: bytes) -> None:
    """Either every event is sound, or the sender is told why not; nothing else is raised."""
    with suppress(InvalidEventError):
        for event in parse(scheme, headers=head, body=body):
            json.loads(event.data.decode())
            assert event.id is None or (event.id.isascii() and event.id.isprintable())
            assert event.at is None or event.at.utcoffset() == timedelta()
            assert 0 < len(event.type) <= 128


@settings(max_examples=60)
@given(scheme=SCHEMES, head=HEADS, body=st.binary(max_size=60))
def test_random_bytes_raise_nothing_unexpected(scheme: Scheme, head: Headers, body: bytes) -> None:
    read(scheme, head, body)


@settings(max_examples=60)
@given(sample=st.sampled_from(SAMPLES), head=HEADS, place=st.integers(0, 5), tree=TREES)
def test_a_wrong_value_anywhere_raises_nothing_unexpected(
    sample: tuple[Scheme, dict[str, Any]], head: Headers, place: int, tree: object
) -> None:
    scheme, body = sample
    name = list(body)[place % len(body)]
    read(scheme, head, json.dumps(body | {name: tree}).encode())


@settings(max_examples=60)
@given(cut=st.integers(0, 70), junk=st.binary(max_size=3), skip=st.integers(0, 4))
def test_a_damaged_envelope_raises_nothing_unexpected(cut: int, junk: bytes, skip: int) -> None:
    body = b'{"type":"a.b","timestamp":"2026-01-31T12:00:00Z","data":{"id":"c1"}}'
    read(Scheme.STANDARD_WEBHOOKS, {}, body[:cut] + junk + body[cut + skip :])


@pytest.mark.parametrize("scheme", [Scheme.STANDARD_WEBHOOKS, Scheme.GITHUB, Scheme.GHOST])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 262144,
        b"{" * 262144,
        b"[" * 131072 + b"]" * 131072,
        b'{"":' * 65536,
        b'"' + b"\\" * 262143,
        b'{"a":"' + rb"\\u0000" * 30000 + b'"}',
        b'{"a":"' + b"\\" * 200000 + b'u0000"}',
        b"9" * 262144,
        b"[" + b"[]," * 80000 + b"[]]",
        b"payload=" + b"%5B" * 80000,
        b"\xff" * 262144,
        b"\x00" * 262144,
    ],
)
def test_hostile_bodies_of_the_largest_size_are_told_in_time(scheme: Scheme, body: bytes) -> None:
    def read_both() -> None:
        for media in (b"application/json", b"application/x-www-form-urlencoded"):
            read(scheme, {b"content-type": media, b"x-github-event": b"push"}, body)

    assert effort(read_both) < 2
