"""A browser's form never comes through the webhooks' door."""

from collections.abc import Mapping
from typing import NoReturn

from pipeline.webhooks.envelopes.types import UnsupportedMediaError


def parse(_headers: Mapping[bytes, bytes], _body: bytes) -> NoReturn:
    """Raises UnsupportedMediaError, always: browsers post to /comments."""
    raise UnsupportedMediaError("a form is not a webhook: browsers post to /comments")
