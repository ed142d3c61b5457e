"""The serialised keys of Standard Webhooks: `whsec_` is a shared secret, `whpk_` a public key.

Source: Standard Webhooks 1.0.0, "Signature scheme" (a secret has 24 to 64 bytes; an ed25519
public key has 32, RFC 8032 section 5.1.5).
"""

import binascii
from functools import lru_cache

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix is public
PUBLIC_PREFIX = "whpk_"
PRIVATE_PREFIX = "whsk_"
SECRET_BYTES = range(24, 65)
PUBLIC_BYTES = range(32, 33)


# A source verifies thousands of requests with the same few secrets: each is decoded once.
@lru_cache(maxsize=256)
def read_key(value: str) -> bytes:
    """The key's bytes. Raises ValueError that says what is wrong with `value`, but not `value`."""
    if value.startswith(SECRET_PREFIX):
        return _decode(value, SECRET_PREFIX, SECRET_BYTES)
    if value.startswith(PUBLIC_PREFIX):
        return _decode(value, PUBLIC_PREFIX, PUBLIC_BYTES)
    if value.startswith(PRIVATE_PREFIX):
        raise ValueError("it is the sender's private key: give its public half, which is whpk_…")
    raise ValueError("it must begin with whsec_ (shared secret) or whpk_ (public key)")


def _decode(value: str, prefix: str, sizes: range) -> bytes:
    try:
        key = binascii.a2b_base64(value.removeprefix(prefix), strict_mode=True)
    except ValueError:
        raise ValueError(f"what follows {prefix} is not base64") from None
    if len(key) not in sizes:
        allowed = f"{sizes.start}" if len(sizes) == 1 else f"{sizes.start} to {sizes.stop - 1}"
        raise ValueError(f"what follows {prefix} is {len(key)} bytes, but must be {allowed}")
    return key
