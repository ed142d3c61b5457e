"""Networks' tokens at rest: sealed with a key that the database does not hold."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

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
        drawn = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
        self._fernet = Fernet(base64.urlsafe_b64encode(drawn))

    def __repr__(self) -> str:
        return "Vault()"

    def seal(self, secret: bytes) -> bytes:
        """The secret, of no use without the key."""
        return self._fernet.encrypt(secret)

    def open(self, sealed: bytes) -> bytes:
        """The secret again. Raises SealError."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealError(
                "the tokens were sealed with another key: give AFTERWORD_TOKEN_KEY (or the file"
                " secrets/token_key in AFTERWORD_HOME) its old value, or log in again"
            ) from None
