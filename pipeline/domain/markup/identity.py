"""An author's name and website, as they may be shown beside a comment."""

import re
from urllib.parse import urlsplit

from pipeline.domain.markup.characters import require_characters, visible
from pipeline.domain.markup.limits import LIMITS
from pipeline.errors import InvalidEventError

# What ends an attribute or a URL, or is read differently by browsers than by urllib (backslashes).
_UNSAFE = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\"'<>`\\^{}|\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?\Z")


def clean_name(name: str) -> str:
    """`name` on one line, in NFC, of characters that can be seen, at most `LIMITS.name` long.

    It is text, not HTML: whoever shows it escapes it.
    Raises InvalidEventError where nothing or too much is left, or for NUL or half a surrogate pair.
    """
    require_characters(name, "author.name")
    cleaned = visible(name)
    if not cleaned:
        raise InvalidEventError("author.name is empty, or nothing in it can be seen: send a name")
    if len(cleaned) > LIMITS.name:
        raise InvalidEventError(
            f"author.name has {len(cleaned)} characters, at most {LIMITS.name} may be: shorten it"
        )
    return cleaned


def clean_website(url: str | None) -> str | None:
    """`url` where it is http or https, has a host, no credentials and is not too long; or None.

    A website is no part of what is said: a bad one is left out, the comment is not refused for it.
    """
    if url is None or len(url) > LIMITS.website:
        return None
    url = url.strip()
    return url if not _UNSAFE.search(url) and _is_web_address(url) else None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return False
    return _HOST.match(parts.hostname or "") is not None
