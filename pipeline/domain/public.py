"""What readers get of one comment, whatever stands around it: the JSON kept in its row.

It is encoded when a comment is published, changed or removed, so that reading a thread only joins
texts. Nothing in it hangs on settings or on other comments. A change of its shape belongs in a
migration that encodes the stored ones anew.
"""

from datetime import datetime

import msgspec
from msgspec import UNSET, Struct, UnsetType

AVATARS = "/avatars/{seed}.svg"
"""Where the picture drawn from a seed is answered."""


class Author(Struct, frozen=True, gc=False):
    """Who wrote it, as they say themselves. `avatar` is the path of a picture."""

    name: str
    avatar: str
    website: str | UnsetType = UNSET


class Text(Struct, frozen=True, gc=False):
    """A published comment. `html` is clean."""

    at: datetime
    author: Author
    html: str
    edited_at: datetime | UnsetType = UNSET


class Place(Struct, frozen=True, gc=False):
    """What is left of a removed comment that may have replies."""

    at: datetime
    removed: bool = True


class _Moment(Struct, gc=False):
    at: datetime


_encoder = msgspec.json.Encoder()
_texts = msgspec.json.Decoder(Text)
_moments = msgspec.json.Decoder(_Moment)


def encode(public: Text | Place) -> str:
    """As JSON: an object without blanks around it."""
    return _encoder.encode(public).decode()


def decode(public: str) -> Text:
    """The text that was encoded. Raises msgspec.ValidationError where it was a place."""
    return _texts.decode(public)


def moment(public: str) -> datetime:
    """When it was written, of a text or a place."""
    return _moments.decode(public).at
