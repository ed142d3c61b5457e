"""Which media types are read. Source: RFC 9110 section 8.3, RFC 8259 section 8.1."""

from functools import lru_cache

from pipeline.webhooks.envelopes.types import UnsupportedMediaError

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CLOUDEVENT = "application/cloudevents+json"
CLOUDEVENT_BATCH = "application/cloudevents-batch+json"

JSON_ONLY = (JSON,)
JSON_OR_FORM = (JSON, FORM)

_UTF8 = frozenset({"utf-8", "utf8"})


@lru_cache(maxsize=64)
def media_type(content_type: bytes | None) -> str:
    """The media type in lower case, without parameters; JSON when the sender names none.

    Raises UnsupportedMediaError when a charset other than UTF-8 is named.
    """
    essence, *parameters = (content_type or b"").decode("latin-1").lower().split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"')
        if name.strip() == "charset" and charset not in _UTF8:
            raise UnsupportedMediaError(f"the charset is {charset!r}, but must be utf-8")
    return essence.strip() or JSON


def require(content_type: bytes | None, allowed: tuple[str, ...]) -> str:
    """The media type, when it is one of `allowed`. Raises UnsupportedMediaError otherwise."""
    found = media_type(content_type)
    if found not in allowed:
        raise UnsupportedMediaError(
            f"the media type is {found!r}, but must be {' or '.join(allowed)}"
        )
    return found


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON: `*/json` or `*/*+json` (CloudEvents JSON format 3.1.1)."""
    return media_type(content_type.encode()).endswith(("/json", "+json"))
