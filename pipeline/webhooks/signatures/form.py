"""A browser's form: nothing is signed, so nothing is taken at the webhooks' door."""

from collections.abc import Sequence
from typing import NoReturn

from pipeline.errors import SignatureError
from pipeline.webhooks.signatures.types import Secret, SignedRequest


def verify(_request: SignedRequest, _secrets: Sequence[Secret]) -> NoReturn:
    """Raises SignatureError, always: browsers post to /comments, which has checks of its own."""
    raise SignatureError("a form signs nothing: browsers post to /comments, not to /webhooks")
