"""What the schemes share: reading a header, and comparing with every secret."""

from collections.abc import Callable, Sequence
from hmac import compare_digest

from pipeline.errors import SignatureError
from pipeline.webhooks.signatures.types import Secret, SignedRequest

# The longest honest header is a JWS of about 250 bytes, or a dozen signatures of 92.
LONGEST_HEADER = 4096


def header(request: SignedRequest, name: bytes) -> bytes:
    """The header's value. Raises SignatureError when it is missing, empty or over 4,096 bytes."""
    value = request.headers.get(name)
    if not value:
        raise SignatureError(f"the {name.decode()} header is missing")
    if len(value) > LONGEST_HEADER:
        raise SignatureError(f"the {name.decode()} header is longer than {LONGEST_HEADER} bytes")
    return value


def matching(
    secrets: Sequence[Secret], presented: bytes, expected: Callable[[bytes], bytes]
) -> Secret:
    """The secret whose `expected` text is the one presented.

    Texts are compared, not decoded bytes: base64 and hex have several spellings of one signature,
    and only the sender's own is taken. Raises SignatureError when none matches.
    """
    found: Secret | None = None
    for secret in secrets:
        # Every secret is tried, so that the time taken does not tell which one matched.
        same = compare_digest(expected(secret.value.encode()), presented)
        if same and found is None:
            found = secret
    if found is None:
        raise SignatureError("the signature matches no active secret")
    return found


def within_tolerance(request: SignedRequest, timestamp: float) -> None:
    """Refuses a signed moment (seconds since the epoch) too far from `now`, either way.

    Raises SignatureError that says by how much.
    """
    skew = request.now.timestamp() - timestamp
    if abs(skew) > request.tolerance:
        raise SignatureError(
            f"the signed timestamp is {skew:.0f} s from this server's clock, "
            f"more than {request.tolerance:.0f} s"
        )
