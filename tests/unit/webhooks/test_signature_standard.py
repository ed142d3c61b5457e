import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.domain.schemes import Scheme
from pipeline.errors import SignatureError
from pipeline.webhooks.signatures import Secret, SignedRequest, Verified, sign_standard, verify

Headers = dict[bytes, bytes]

# Published with the specification's reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
NOW = datetime.fromtimestamp(1614265330, UTC)
HMAC_SIGNATURE = b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
ED25519_SEED = base64.b64decode("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=")
ED25519_SIGNATURE = (
    b"v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
)
OTHER = "whsec_" + base64.b64encode(b"another secret of 24 byt").decode()
PUBLIC = (
    "whpk_"
    + base64.b64encode(
        Ed25519PrivateKey.from_private_bytes(ED25519_SEED).public_key().public_bytes_raw()
    ).decode()
)


def headers(
    signature: bytes = HMAC_SIGNATURE, *, name: bytes = b"webhook", **changed: bytes
) -> Headers:
    plain = {"id": MESSAGE_ID.encode(), "timestamp": b"1614265330", "signature": signature}
    return {name + b"-" + key.encode(): value for key, value in (plain | changed).items()}


def secret(
    value: str = SECRET, *, name: str = "first", not_after: datetime | None = None
) -> Secret:
    return Secret(name, value, not_after)


def check(head: Headers, *secrets: Secret, body: bytes = BODY, now: datetime = NOW) -> Verified:
    return verify(Scheme.STANDARD_WEBHOOKS, SignedRequest(head, body, now, 300.0), secrets)


def test_the_published_hmac_vector_is_verified() -> None:
    assert check(headers(), secret()) == Verified("first", NOW, MESSAGE_ID, ping=False)


def test_the_published_ed25519_vector_is_verified() -> None:
    found = check(headers(ED25519_SIGNATURE), secret(PUBLIC, name="public"))
    assert (found.key_id, found.signed_at) == ("public", NOW)


def test_the_older_svix_names_are_the_same() -> None:
    assert check(headers(name=b"svix"), secret()).external_id == MESSAGE_ID


def test_names_are_not_mixed() -> None:
    mixed = headers(name=b"svix") | {b"webhook-id": b"msg_forged"}
    with pytest.raises(SignatureError, match="webhook-timestamp header is missing"):
        check(mixed, secret())


def test_a_signature_made_by_hand_is_verified() -> None:
    key = base64.b64decode(OTHER.removeprefix("whsec_"))
    mac = hmac.new(key, b"msg_1.1614265330.{}", hashlib.sha256).digest()
    head = headers(b"v1," + base64.b64encode(mac), id=b"msg_1")
    assert check(head, secret(OTHER), body=b"{}").external_id == "msg_1"


def test_what_is_signed_here_is_verified_here() -> None:
    signed = sign_standard(b"{}", message_id="msg 1", secret=OTHER, now=NOW)
    head = {name.encode(): value.encode() for name, value in signed.items()}
    assert check(head, secret(OTHER), body=b"{}").external_id == "msg 1"


def test_signing_gives_the_published_vector() -> None:
    signed = sign_standard(BODY, message_id=MESSAGE_ID, secret=SECRET, now=NOW)
    assert signed == {name.decode(): value.decode() for name, value in headers().items()}


@pytest.mark.parametrize(
    ("value", "message_id", "problem"),
    [
        (PUBLIC, "msg_1", "only a whsec_ secret can sign"),
        ("whsec_?", "msg_1", "not base64"),
        (SECRET, "msg.1", "no '.'"),
        (SECRET, "", "1 to 256"),
        (SECRET, "é\ud800", "printable ASCII"),
        (SECRET, "m" * 257, "1 to 256"),
    ],
)
def test_signing_says_what_it_cannot_use(value: str, message_id: str, problem: str) -> None:
    with pytest.raises(SignatureError, match=problem):
        sign_standard(b"{}", message_id=message_id, secret=value, now=NOW)


def test_one_good_signature_among_others_is_enough() -> None:
    several = b"v1,AAAA v2,whatever " + HMAC_SIGNATURE + b" v1a,AAAA v1a,"
    assert check(headers(several), secret()).key_id == "first"
    several = b"v1,AAAA v1a,AAAA v1a,! " + b"v1a," + b"A" * 88 + b" " + ED25519_SIGNATURE
    assert check(headers(several), secret(PUBLIC)).key_id == "first"


def test_while_secrets_rotate_the_one_that_matched_is_named() -> None:
    secrets = secret(OTHER, name="old"), secret(name="new"), secret(PUBLIC, name="public")
    assert check(headers(), *secrets).key_id == "new"
    assert check(headers(ED25519_SIGNATURE), *secrets).key_id == "public"


def test_of_two_secrets_that_match_the_first_is_named() -> None:
    assert check(headers(), secret(), secret(name="twin")).key_id == "first"


def test_a_secret_ends_after_its_not_after() -> None:
    kept = secret(not_after=NOW)
    assert check(headers(), kept).key_id == "first"
    ended = secret(not_after=NOW - timedelta(microseconds=1))
    with pytest.raises(SignatureError, match="matches no active secret"):
        check(headers(), ended, secret(OTHER))
    with pytest.raises(SignatureError, match="no active secret"):
        check(headers(), ended)


@pytest.mark.parametrize("skew", [-300, 300, 0])
def test_a_clock_within_the_tolerance_is_accepted(skew: float) -> None:
    assert check(headers(), secret(), now=NOW + timedelta(seconds=skew)).signed_at == NOW


@pytest.mark.parametrize("skew", [-300.5, 300.5, -86400 * 365, 86400 * 365])
def test_a_clock_outside_the_tolerance_is_refused(skew: float) -> None:
    with pytest.raises(SignatureError, match=r"s from this server's clock, more than 300 s"):
        check(headers(), secret(), now=NOW + timedelta(seconds=skew))


@pytest.mark.parametrize(
    "changed",
    [
        {"id": b""},
        {"id": b"msg.1"},
        {"id": b"msg\x00"},
        {"id": "msg_é".encode()},
        {"id": b"m" * 257},
        {"id": b"m" * 5000},
        {"timestamp": b""},
        {"timestamp": b"1614265330.0"},
        {"timestamp": b"+1614265330"},
        {"timestamp": b" 1614265330"},
        {"timestamp": b"1_614_265_330"},
        {"timestamp": "١٦١٤٢٦٥٣٣٠".encode()},
        {"timestamp": b"9" * 12},
        {"timestamp": b"NaN"},
        {"signature": b""},
        {"signature": b" "},
        {"signature": b"v1"},
        {"signature": b"v1abc"},
        {"signature": b"v1,a,b"},
        {"signature": b"v1,\xff\xfe"},
        {"signature": HMAC_SIGNATURE.removeprefix(b"v1,")},
        {"signature": HMAC_SIGNATURE.replace(b"v1,", b"v1a,")},
        {"signature": HMAC_SIGNATURE.rstrip(b"=")},
        {"signature": HMAC_SIGNATURE + b","},
        {"signature": ED25519_SIGNATURE},
        {"signature": b"v1," * 2000},
        {"signature": b" ".join([b"v1,x"] * 17)},
    ],
)
def test_malformed_headers_are_refused(changed: dict[str, bytes]) -> None:
    with pytest.raises(SignatureError):
        check(headers(**changed), secret())


@pytest.mark.parametrize("missing", [b"webhook-id", b"webhook-timestamp", b"webhook-signature"])
def test_each_header_is_needed(missing: bytes) -> None:
    head = headers()
    del head[missing]
    with pytest.raises(SignatureError, match="header is missing"):
        check(head, secret())


def test_another_spelling_of_an_ed25519_signature_is_refused() -> None:
    respelt = ED25519_SIGNATURE[:-3] + b"h=="
    assert base64.b64decode(respelt[4:]) == base64.b64decode(ED25519_SIGNATURE[4:])
    with pytest.raises(SignatureError):
        check(headers(respelt), secret(PUBLIC))
