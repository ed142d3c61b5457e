import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.schemes import Scheme
from pipeline.errors import SignatureError
from pipeline.webhooks.signatures import Secret, SignedRequest, Verified, sign_standard, verify
from tests.support.effort import effort

Headers = dict[bytes, bytes]
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
KEY = "0123456789abcdef"
STANDARD_KEY = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
PUBLIC_KEY = "whpk_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
SIGNED = [
    Scheme.STANDARD_WEBHOOKS,
    Scheme.GITHUB,
    Scheme.GHOST,
    Scheme.NETLIFY,
    Scheme.WOOCOMMERCE,
    Scheme.X,
]
HEADERS = [
    b"webhook-id",
    b"webhook-timestamp",
    b"webhook-signature",
    b"svix-id",
    b"x-hub-signature-256",
    b"x-github-delivery",
    b"x-ghost-signature",
    b"x-webhook-signature",
    b"x-wc-webhook-signature",
    b"x-twitter-webhooks-signature",
    b"cf-webhook-auth",
    b"authorization",
]
LIKELY = st.sampled_from(
    [
        b"v1,",
        b"v1a,",
        b"sha256=",
        b", t=",
        b".",
        b" ",
        b"Bearer ",
        b"1769860800",
        b"eyJhbGciOiJIUzI1NiJ9",
    ]
)
VALUES = st.lists(LIKELY | st.binary(max_size=8), max_size=6).map(b"".join)


def sign(scheme: Scheme, body: bytes) -> Headers:
    key = KEY.encode()
    if scheme is Scheme.GITHUB:
        digest = hmac.new(key, body, hashlib.sha256).hexdigest()
        return {b"x-hub-signature-256": f"sha256={digest}".encode()}
    if scheme is Scheme.GHOST:
        digest = hmac.new(key, body + b"1769860800000", hashlib.sha256).hexdigest()
        return {b"x-ghost-signature": f"sha256={digest}, t=1769860800000".encode()}
    if scheme is Scheme.WOOCOMMERCE:
        mac = hmac.new(key, body, hashlib.sha256)
        return {b"x-wc-webhook-signature": base64.b64encode(mac.digest())}
    if scheme is Scheme.X:
        mac = hmac.new(key, body, hashlib.sha256)
        return {b"x-twitter-webhooks-signature": b"sha256=" + base64.b64encode(mac.digest())}
    if scheme is Scheme.NETLIFY:
        return {b"x-webhook-signature": jws(body)}
    signed = sign_standard(body, message_id="msg_1", secret=STANDARD_KEY, now=NOW)
    return {name.encode(): value.encode() for name, value in signed.items()}


def jws(body: bytes) -> bytes:
    claims = {"iss": "netlify", "sha256": hashlib.sha256(body).hexdigest()}
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256"}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    digest = hmac.new(KEY.encode(), signed, hashlib.sha256).digest()
    return signed + b"." + base64.urlsafe_b64encode(digest).rstrip(b"=")


def secrets_for(scheme: Scheme) -> list[Secret]:
    values = [STANDARD_KEY, PUBLIC_KEY] if scheme is Scheme.STANDARD_WEBHOOKS else [KEY]
    return [Secret(str(number), value, None) for number, value in enumerate(values)]


def check(scheme: Scheme, head: Headers, body: bytes) -> Verified:
    return verify(scheme, SignedRequest(head, body, NOW, 300.0), secrets_for(scheme))


def flip(raw: bytes, bit: int) -> bytes:
    changed = bytearray(raw)
    changed[bit // 8 % len(raw)] ^= 1 << bit % 8
    return bytes(changed)


@given(scheme=st.sampled_from(SIGNED), body=st.binary(max_size=200))
def test_what_is_signed_is_verified(scheme: Scheme, body: bytes) -> None:
    assert check(scheme, sign(scheme, body), body).key_id == "0"


@given(
    scheme=st.sampled_from(SIGNED),
    body=st.binary(min_size=1, max_size=200),
    place=st.integers(0, 3),
    bit=st.integers(0, 4000),
)
def test_one_flipped_bit_anywhere_is_refused(
    scheme: Scheme, body: bytes, place: int, bit: int
) -> None:
    head = sign(scheme, body)
    names = [*head, None]
    name = names[place % len(names)]
    if name is None:
        body = flip(body, bit)
    else:
        head[name] = flip(head[name], bit)
    with pytest.raises(SignatureError):
        check(scheme, head, body)


@settings(max_examples=60)
@given(
    scheme=st.sampled_from(list(Scheme)),
    head=st.dictionaries(st.sampled_from(HEADERS), VALUES),
    body=st.binary(max_size=100),
)
def test_random_requests_raise_nothing_but_a_signature_error(
    scheme: Scheme, head: Headers, body: bytes
) -> None:
    with pytest.raises(SignatureError):
        check(scheme, head, body)


def refuse(scheme: Scheme, head: Headers) -> None:
    with pytest.raises(SignatureError):
        check(scheme, head, b"x" * 262144)


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize(
    "value",
    [
        b" " * 65536,
        b"v1," * 22000,
        (b"v1a," + b"A" * 86 + b"== ") * 700,
        b"v1a," + b"A" * 4000,
        b"." * 4096,
        b"sha256=" + b"0" * 65536,
        b"Bearer " + b"\xff" * 65536,
    ],
)
def test_huge_headers_are_refused_at_once(scheme: Scheme, value: bytes) -> None:
    head = dict.fromkeys(HEADERS, value)
    head |= {b"webhook-id": b"msg_1", b"webhook-timestamp": b"%d" % NOW.timestamp()}
    assert effort(lambda: refuse(scheme, head)) < 0.05
