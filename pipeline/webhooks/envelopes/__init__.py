"""What does this webhook say? Each sender's shape, mapped to events by a small pure function."""

from pipeline.webhooks.envelopes.dispatch import parse
from pipeline.webhooks.envelopes.types import Incoming, UnsupportedMediaError

__all__ = ["Incoming", "UnsupportedMediaError", "parse"]
