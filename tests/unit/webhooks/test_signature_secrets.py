import base64
import hashlib
from datetime import UTC, datetime

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import SignatureError
from pipeline.webhooks.signatures import Secret, SignedRequest, check_secret, key_id, verify

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
STANDARD = Scheme.STANDARD_WEBHOOKS


def serialised(prefix: str, size: int) -> str:
    return prefix + base64.b64encode(b"k" * size).decode()


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        (STANDARD, serialised("whsec_", 24)),
        (STANDARD, serialised("whsec_", 64)),
        (STANDARD, serialised("whpk_", 32)),
        (Scheme.GITHUB, "correct horse battery staple, é"),
        (Scheme.BEARER, "abc-._~+/="),
        (Scheme.CLOUDFLARE, "s3cret"),
    ],
)
def test_a_well_formed_secret_has_no_problem(scheme: Scheme, value: str) -> None:
    assert check_secret(scheme, value) is None


@pytest.mark.parametrize(
    ("scheme", "value", "problem"),
    [
        (STANDARD, serialised("whsec_", 23), "is 23 bytes, but must be 24 to 64"),
        (STANDARD, serialised("whsec_", 65), "is 65 bytes, but must be 24 to 64"),
        (STANDARD, serialised("whpk_", 31), "is 31 bytes, but must be 32"),
        (STANDARD, serialised("whsk_", 32), "private key"),
        (STANDARD, "whsec_not base64!", "not base64"),
        (STANDARD, "whsec_é", "not base64"),
        (STANDARD, "whsec_", "is 0 bytes"),
        (STANDARD, serialised("", 24), "must begin with whsec_"),
        (STANDARD, "", "empty"),
        (Scheme.GHOST, " \t", "empty"),
        (Scheme.GITHUB, "s3cret\n", "white space around it"),
        (Scheme.NETLIFY, "s3\x00cret", "unprintable"),
        (Scheme.WOOCOMMERCE, "s3cret\ud800", "unprintable"),
        (Scheme.BEARER, "two words", "visible ASCII"),
        (Scheme.CLOUDFLARE, "sécret", "visible ASCII"),
        (Scheme.FORM, "s3cret", "remove the secret"),
    ],
)
def test_a_malformed_secret_is_named_without_being_told(
    scheme: Scheme, value: str, problem: str
) -> None:
    found = check_secret(scheme, value)
    assert found is not None
    assert problem in found
    assert value.removeprefix("whsec_") not in found.split()


@pytest.mark.parametrize("scheme", [scheme for scheme in Scheme if scheme is not Scheme.FORM])
@pytest.mark.parametrize("secrets", [[], [Secret("a", "", None)], [Secret("b", " ", None)]])
def test_a_source_without_a_secret_is_closed(scheme: Scheme, secrets: list[Secret]) -> None:
    head = {b"authorization": b"Bearer ", b"cf-webhook-auth": b""}
    request = SignedRequest(head, b"webhook_id=1", NOW, 300)
    with pytest.raises(SignatureError, match="no active secret"):
        verify(scheme, request, secrets)


def test_a_malformed_secret_is_closed_even_if_nobody_checked_it() -> None:
    request = SignedRequest({}, b"", NOW, 300)
    with pytest.raises(SignatureError, match="no active secret"):
        verify(STANDARD, request, [Secret("a", "whsec_AAAA", None)])


def test_a_secret_does_not_show_its_value() -> None:
    shown = repr(Secret("a", "s3cret", None))
    assert "s3cret" not in shown
    assert "'a'" in shown


def test_a_key_id_is_the_beginning_of_the_sha_256() -> None:
    assert key_id("s3cret") == hashlib.sha256(b"s3cret").hexdigest()[:8]
    assert len(key_id("\ud800")) == 8
