import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import SignatureError
from pipeline.webhooks.signatures import Secret, SignedRequest, Verified, verify

Headers = dict[bytes, bytes]
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
BODY = b'{"post":{"current":{}}}'
KEY = "correct horse"
SECRET_TOKEN = Secret("token", "s3cret", None)
SECRETS = [Secret("old", "battery staple", None), Secret("new", KEY, None)]


def mac(message: bytes, key: str = KEY) -> hmac.HMAC:
    return hmac.new(key.encode(), message, hashlib.sha256)


def check(
    scheme: Scheme, head: Headers, *, body: bytes = BODY, secrets: list[Secret] = SECRETS
) -> Verified:
    return verify(scheme, SignedRequest(head, body, NOW, 300.0), secrets)


def github(signature: str | None = None) -> Headers:
    digest = "sha256=" + mac(BODY).hexdigest() if signature is None else signature
    return {b"x-hub-signature-256": digest.encode("latin-1")}


def ghost(at: datetime = NOW, *, form: str = "sha256={digest}, t={ms}") -> Headers:
    ms = round(at.timestamp() * 1000)
    digest = mac(BODY + str(ms).encode()).hexdigest()
    return {b"x-ghost-signature": form.format(digest=digest, ms=ms).encode("latin-1")}


def woocommerce(body: bytes = BODY) -> Headers:
    return {b"x-wc-webhook-signature": base64.b64encode(mac(body).digest())}


def test_the_example_in_github_s_documentation_is_verified() -> None:
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    secrets = [Secret("docs", "It's a Secret to Everybody", None)]
    found = check(Scheme.GITHUB, github(signature), body=b"Hello, World!", secrets=secrets)
    assert found == Verified("docs", None, None)


def test_a_github_delivery_keeps_its_id() -> None:
    found = check(Scheme.GITHUB, github() | {b"x-github-delivery": b"72d3162e-cc78"})
    assert found == Verified("new", None, "72d3162e-cc78")


@pytest.mark.parametrize("delivery", [b"", b"\xff", b"a\x00", b"a" * 257])
def test_a_malformed_github_delivery_is_no_id(delivery: bytes) -> None:
    found = check(Scheme.GITHUB, github() | {b"x-github-delivery": delivery})
    assert found.external_id is None


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        mac(BODY).hexdigest(),
        "sha1=" + hmac.new(KEY.encode(), BODY, hashlib.sha1).hexdigest(),
        "sha256=" + mac(BODY).hexdigest().upper(),
        "sha256=" + mac(BODY).hexdigest() + "00",
        "sha256=" + mac(BODY, "wrong").hexdigest(),
        "sha256=é",
    ],
)
def test_another_github_signature_is_refused(signature: str) -> None:
    with pytest.raises(SignatureError):
        check(Scheme.GITHUB, github(signature))


def test_a_ghost_signature_is_over_the_body_and_milliseconds() -> None:
    at = NOW - timedelta(milliseconds=1234)
    assert check(Scheme.GHOST, ghost(at)) == Verified("new", at, None)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_ghost_signature_outside_the_tolerance_is_refused(seconds: int) -> None:
    with pytest.raises(SignatureError, match="clock"):
        check(Scheme.GHOST, ghost(NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize(
    "form",
    [
        "",
        "sha256={digest}",
        "t={ms}",
        "sha256={digest}, t=",
        "sha256={digest}, t={ms}0",
        "sha256={digest}, t=-{ms}",
        "sha256={digest}, t={ms}, t={ms}",
        "sha256={ms}, t={ms}",
        "sha256=é, t={ms}",
    ],
)
def test_a_malformed_ghost_signature_is_refused(form: str) -> None:
    with pytest.raises(SignatureError):
        check(Scheme.GHOST, ghost(form=form))


def test_cloudflare_sends_the_secret_itself() -> None:
    found = check(Scheme.CLOUDFLARE, {b"cf-webhook-auth": b"s3cret"}, secrets=[SECRET_TOKEN])
    assert found == Verified("token", None, None)


@pytest.mark.parametrize("value", [b"", b"s3cre", b"s3cret ", b"S3cret", b"\xff", b"s" * 5000])
def test_another_cloudflare_secret_is_refused(value: bytes) -> None:
    with pytest.raises(SignatureError):
        check(Scheme.CLOUDFLARE, {b"cf-webhook-auth": value}, secrets=[SECRET_TOKEN])


@pytest.mark.parametrize("value", [b"Bearer s3cret", b"bearer s3cret", b"BEARER  s3cret"])
def test_a_bearer_token_is_the_secret(value: bytes) -> None:
    found = check(Scheme.BEARER, {b"authorization": value}, secrets=[SECRET_TOKEN])
    assert found == Verified("token", None, None)


@pytest.mark.parametrize(
    "value",
    [b"", b"s3cret", b"Bearer", b"Bearer ", b"Bearer S3cret", b"Basic s3cret", b"Bearer \xff"],
)
def test_another_authorization_is_refused(value: bytes) -> None:
    with pytest.raises(SignatureError):
        check(Scheme.BEARER, {b"authorization": value}, secrets=[SECRET_TOKEN])


def test_a_woocommerce_signature_has_no_id_to_rely_on() -> None:
    head = woocommerce() | {b"x-wc-webhook-delivery-id": b"changes every second"}
    assert check(Scheme.WOOCOMMERCE, head) == Verified("new", None, None)


def test_woocommerce_s_unsigned_ping_passes_as_a_ping() -> None:
    found = check(Scheme.WOOCOMMERCE, {}, body=b"webhook_id=42")
    assert found == Verified("unsigned", None, None, ping=True)


@pytest.mark.parametrize(
    "body", [b"", b"webhook_id=", b"webhook_id=1&x=2", b"webhook_id=a", b"webhook_id=1\n", BODY]
)
def test_nothing_else_passes_unsigned(body: bytes) -> None:
    with pytest.raises(SignatureError, match="header is missing"):
        check(Scheme.WOOCOMMERCE, {}, body=body)


def test_a_ping_that_carries_a_signature_is_checked_like_the_rest() -> None:
    with pytest.raises(SignatureError, match="matches no active secret"):
        check(Scheme.WOOCOMMERCE, woocommerce(b"other"), body=b"webhook_id=42")


@pytest.mark.parametrize("secrets", [[], SECRETS])
def test_a_form_is_refused_whatever_it_brings(secrets: list[Secret]) -> None:
    with pytest.raises(SignatureError, match="/comments"):
        check(Scheme.FORM, github() | ghost() | woocommerce(), secrets=secrets)
