"""The asymmetric signatures of Standard Webhooks (`v1a`)."""

import binascii

PREFIX = b"v1a,"


def signed_by(public_key: bytes, content: bytes, presented: list[bytes]) -> bool:
    """Whether one of the `v1a,<base64>` signatures is this key's over `content`.

    `public_key` has 32 bytes. Source: Standard Webhooks 1.0.0 "Signature scheme"; RFC 8032.
    """
    # Loaded here because it costs the web process some 8 MB, which only a source with a
    # whpk_ key has use for.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - see above
        Ed25519PublicKey,
    )

    key = Ed25519PublicKey.from_public_bytes(public_key)
    for text in presented:
        signature = _canonical(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else None
        if signature is None:
            continue
        try:
            key.verify(signature, content)
        except InvalidSignature:
            continue
        # Nothing here is secret: an early answer tells no more than the answer itself.
        return True
    return False


def _canonical(text: bytes) -> bytes | None:
    """The bytes of strict base64; None when `text` is no base64, or another spelling of it."""
    try:
        decoded = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None
    return decoded if binascii.b2a_base64(decoded, newline=False) == text else None
