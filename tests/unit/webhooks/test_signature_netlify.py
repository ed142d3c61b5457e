import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import SignatureError
from pipeline.webhooks.signatures import Secret, SignedRequest, Verified, verify

Headers = dict[bytes, bytes]
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
BODY = b'{"state":"ready"}'
KEY = "correct horse"
SECRETS = [Secret("old", "battery staple", None), Secret("new", KEY, None)]


def mac(message: bytes, key: str = KEY) -> hmac.HMAC:
    return hmac.new(key.encode(), message, hashlib.sha256)


def check(head: Headers) -> Verified:
    return verify(Scheme.NETLIFY, SignedRequest(head, BODY, NOW, 300.0), SECRETS)


def b64url(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def netlify(head: dict[str, object] | None = None, *, key: str = KEY, **claims: object) -> Headers:
    claims = {"iss": "netlify", "sha256": hashlib.sha256(BODY).hexdigest()} | claims
    first = json.dumps(head or {"alg": "HS256", "typ": "JWT"}).encode()
    signed = b64url(first) + b"." + b64url(json.dumps(claims).encode())
    return {b"x-webhook-signature": signed + b"." + b64url(mac(signed, key).digest())}


def test_a_netlify_signature_holds_the_digest_of_the_body() -> None:
    assert check(netlify()) == Verified("new", None, None)


def test_a_netlify_signature_may_end_in_the_future_and_begin_in_the_past() -> None:
    now = NOW.timestamp()
    assert check(netlify(exp=now - 299, nbf=now + 299)).key_id == "new"


@pytest.mark.parametrize(
    ("signature", "problem"),
    [
        (netlify({"alg": "none"}), "another algorithm"),
        (netlify({"alg": "HS512"}), "another algorithm"),
        (netlify({"alg": "HS256", "crit": ["b64"], "b64": False}), "demands an extension"),
        (netlify({"typ": "JWT"}), "can't be read"),
        (netlify(iss="evil"), "not issued by netlify"),
        (netlify(iss=None), "can't be read"),
        (netlify(sha256=hashlib.sha256(b"other").hexdigest()), "another body"),
        (netlify(sha256="é"), "another body"),
        (netlify(exp=NOW.timestamp() - 301), "expired"),
        (netlify(nbf=NOW.timestamp() + 301), "not valid yet"),
        (netlify(key="wrong"), "matches no active secret"),
    ],
)
def test_another_netlify_signature_is_refused(signature: Headers, problem: str) -> None:
    with pytest.raises(SignatureError, match=problem):
        check(signature)


@pytest.mark.parametrize("value", [b"", b"a.b", b"a.b.c.d", b"..", b"\xff.\xff.\xff", b"." * 5000])
def test_what_is_no_jws_is_refused(value: bytes) -> None:
    with pytest.raises(SignatureError):
        check({b"x-webhook-signature": value})


@pytest.mark.parametrize("part", [b"", b"A", b"\xff\xfe", b64url(b"[" * 3000), b64url(b"\xff")])
def test_a_signed_jws_that_holds_no_json_is_refused(part: bytes) -> None:
    signed = part + b"." + part
    value = signed + b"." + b64url(mac(signed).digest())
    with pytest.raises(SignatureError):
        check({b"x-webhook-signature": value})
