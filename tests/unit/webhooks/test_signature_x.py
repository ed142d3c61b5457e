"""X signs bodies with the app's consumer secret, and asks whether that is known here."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, SignatureError
from pipeline.webhooks.envelopes import parse
from pipeline.webhooks.signatures import (
    Secret,
    SignedRequest,
    Verified,
    answer_challenge,
    verify,
)

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
BODY = b'{"data":{}}'
KEY = "correct horse"
SECRETS = [Secret("old", "battery staple", None), Secret("new", KEY, None)]


def signature(message: bytes = BODY, key: str = KEY) -> str:
    digest = hmac.new(key.encode(), message, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def check(presented: str, secrets: list[Secret] = SECRETS) -> Verified:
    head = {b"x-twitter-webhooks-signature": presented.encode("latin-1")}
    return verify(Scheme.X, SignedRequest(head, BODY, NOW, 300.0), secrets)


def test_the_secret_that_fits_is_named() -> None:
    assert check(signature()) == Verified("new", None, None)


@pytest.mark.parametrize(
    "presented",
    [
        "",
        "sha256=",
        signature().removeprefix("sha256="),
        signature()[:-1],
        signature() + "=",
        signature().replace("sha256", "SHA256"),
        signature(b"other"),
        signature(key="wrong"),
        "sha256=" + hmac.new(KEY.encode(), BODY, hashlib.sha256).hexdigest(),
        "sha256=é",
    ],
)
def test_another_signature_is_refused(presented: str) -> None:
    with pytest.raises(SignatureError):
        check(presented)


def test_a_secret_past_its_end_is_refused() -> None:
    past = [Secret("old", KEY, NOW - timedelta(seconds=1))]
    with pytest.raises(SignatureError, match="no active secret"):
        check(signature(), past)
    assert check(signature(), [Secret("old", KEY, NOW)]).key_id == "old"


def test_a_challenge_is_answered_with_its_signature() -> None:
    query = b"crc_token=Zm9vYmFy%3D%3D&nonce=1"
    assert answer_challenge(query, [SECRETS[1]], NOW) == signature(b"Zm9vYmFy==")


def test_the_secret_that_lasts_longest_answers_a_challenge() -> None:
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    rotating = [Secret("a", "first", soon), Secret("b", KEY, None), Secret("c", "third", later)]
    assert answer_challenge(b"crc_token=t", rotating, NOW) == signature(b"t")
    assert answer_challenge(b"crc_token=t", rotating[::2], NOW) == signature(b"t", "third")


@pytest.mark.parametrize("secrets", [[], [Secret("a", "", None)], [Secret("b", KEY, NOW)]])
def test_a_challenge_without_an_active_secret_is_refused(secrets: list[Secret]) -> None:
    with pytest.raises(SignatureError, match="no active secret"):
        answer_challenge(b"crc_token=t", secrets, NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"crc_token",
        b"crc_token=",
        b"token=t",
        b"crc_token=a&crc_token=b",
        b"crc_token=" + b"a" * 257,
        b"crc_token=a&x=" + b"a" * 1024,
        b"crc_token=a" + b"&x=1" * 20,
        b"crc_token=a%00",
        b"crc_token=a%0A",
        b"crc_token=%C3%A9",
        b"crc_token=\xff",
        b"crc_token=" + quote('{"data":{}}').encode(),
    ],
)
def test_what_is_no_challenge_is_not_signed(query: bytes) -> None:
    assert answer_challenge(query, SECRETS, NOW) is None


BODIES = st.one_of(
    st.text(max_size=30).map(str.encode),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["data", "event_uuid", "event_type"]), inner)
        ),
        max_leaves=5,
    ).map(lambda value: json.dumps(value).encode()),
)


@given(body=BODIES)
def test_no_challenge_gets_the_signature_of_an_event(body: bytes) -> None:
    query = b"crc_token=" + quote(body).encode()
    if answer_challenge(query, SECRETS, NOW) is not None:
        with pytest.raises(InvalidEventError):
            parse(Scheme.X, headers={}, body=body)
