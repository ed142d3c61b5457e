"""A post, as `post.published` carries it (contract.md, Events)."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta

from pipeline.errors import InvalidEventError

BODY_LIMIT = 2_000_000
"""Characters of text a post may hold: a long novel."""

TAGS_LIMIT = 100

Format = Literal["markdown", "html"]
PostId = Annotated[str, Meta(min_length=1, max_length=256)]
PostUrl = Annotated[str, Meta(max_length=2000)]
Label = Annotated[str, Meta(min_length=1, max_length=200)]
Language = Annotated[str, Meta(min_length=1, max_length=35)]
Moment = Annotated[datetime, Meta(tz=True)]

_ID_LIMIT = 256
_DIGEST = 16
# What a URL's path may hold (RFC 3986, pchar), the slash, and escapes that are there already.
_PATH = "/:@!$&'()*+,;=~%"
_PLAIN = f"{_PATH}?#[]"


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One post in one language. `id` stays when the post is edited; times carry their zone.

    `expires_at` is Hugo's expiryDate: the moment from which the post is no longer published, of
    which no sender tells.
    """

    id: PostId
    url: PostUrl
    title: Annotated[str, Meta(min_length=1, max_length=1000)]
    body: Annotated[str, Meta(max_length=BODY_LIMIT)]
    format: Format
    published_at: Moment
    updated_at: Moment | None = None
    revision: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    tags: Annotated[tuple[Label, ...], Meta(max_length=TAGS_LIMIT)] = ()
    section: Label | None = None
    language: Language | None = None
    author: Label | None = None
    summary: Annotated[str, Meta(max_length=10_000)] | None = None
    expires_at: Moment | None = None

    def __post_init__(self) -> None:
        """Check what the types can't say."""
        _require(_is_token(self.id), "id must be printable ASCII without spaces")
        _require(_is_url(self.url), "url must be an http or https URL")
        _require(bool(self.title.strip()), "title must not be blank")
        for text in (self.title, self.body, self.summary or "", *self.tags):
            # PostgreSQL keeps no NUL in a text.
            _require("\x00" not in text, "no text may hold a NUL character")


def post_of(fields: Mapping[str, Any]) -> Post:
    """The post of these fields; one that is None is left out.

    Raises InvalidEventError that names the field and the rule.
    """
    try:
        given = {name: value for name, value in fields.items() if value is not None}
        post = msgspec.convert(given, Post)
        msgspec.json.encode(post)
    except (msgspec.ValidationError, UnicodeEncodeError, OverflowError) as error:
        # The second is half a surrogate pair: JSON can say it, nothing can store it.
        raise InvalidEventError(_worded(error)) from error
    return post


def post_id(name: str) -> str:
    """An id Afterword accepts, the same for the same name: a path, a URL or a feed's guid.

    Escapes what is no printable ASCII; a name that is too long ends in a digest of the whole.
    """
    token = quote(name, safe=_PLAIN, errors="surrogatepass")
    if len(token) <= _ID_LIMIT:
        return token
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).hexdigest()
    return f"{token[: _ID_LIMIT - len(digest) - 1]}~{digest}"


def url_of(base: str, path: str) -> str:
    """A site's URL and a path on it as one URL, with what is not escaped yet escaped.

    Raises InvalidEventError for a path no URL can hold.
    """
    try:
        return base.rstrip("/") + quote(path, safe=_PATH)
    except UnicodeEncodeError as error:
        raise InvalidEventError("its address holds half a surrogate pair") from error


def _worded(error: Exception) -> str:
    text = str(error).replace("Object missing required field", "there is no field")
    return text.replace(" - at `$.", " in `").replace(" - at `$`", "")


# Rules in code, not as patterns: see pipeline.domain.events.


def _require(holds: bool, rule: str) -> None:  # noqa: FBT001 - an assertion that says itself
    if not holds:
        raise ValueError(rule)


def _is_token(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _is_url(text: str) -> bool:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"http", "https"}:
        return False
    return text.isprintable() and " " not in text and rest[:1] not in {"", "/"}
