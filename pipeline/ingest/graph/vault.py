"""Networks' tokens at rest: sealed with a key that the database does not hold."""

import base64

from pipeline.errors import AfterwordError

_PURPOSE = b"afterword: tokens of networks"


class SealError(AfterwordError):
    """What was sealed can't be opened: another key, or it was changed."""


class Vault:
    """Seals and opens small secrets.

    Fernet (AES-128-CBC with HMAC-SHA256), its key drawn from `key` by HKDF (RFC 5869) so that the
    key's length and alphabet are the owner's affair.
    """

    def __init__(self, key: bytes) -> None:
        # Loaded here: it costs 6 MB, and few processes ever open anything.
        from cryptography.fernet import Fernet  # noqa: PLC0415 - see above
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - see above
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - see above

        drawn = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
        self._fernet = Fernet(base64.urlsafe_b64encode(drawn))

    def __repr__(self) -> str:
        return "Vault()"

    def seal(self, secret: bytes) -> bytes:
        """The secret, of no use without the key."""
        return self._fernet.encrypt(secret)

    def open(self, sealed: bytes) -> bytes:
        """The secret again. Raises SealError."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see __init__

        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealError(
                "the tokens were sealed with another key: give AFTERWORD_TOKEN_KEY (or the file"
                " secrets/token_key in AFTERWORD_HOME) its old value, or log in again"
            ) from None
