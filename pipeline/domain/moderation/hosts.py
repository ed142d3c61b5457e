"""The host names of links: linear string work, because a comment may carry a thousand of them."""

import re
from collections.abc import Container
from functools import cache

from pipeline.domain.moderation.words import entries

# RFC 3986 section 3: [scheme:]//[userinfo@]host[:port]; a bare "www.…" is what people type.
_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//([^/?#\s\\]*)", re.IGNORECASE)


def host(url: str) -> str:
    """The lower-case host of a URL, without user, port and final dot; "" where it has none."""
    authority = authority_of(url).rpartition("@")[2]
    if authority.startswith("["):
        return authority.partition("]")[0].lower() + "]"
    return authority.partition(":")[0].lower().rstrip(".")


def authority_of(url: str) -> str:
    """What stands between // and the path: [user@]host[:port]."""
    found = _AUTHORITY.match(url)
    if found:
        return found[1]
    return url.partition("/")[0] if url[:4].lower() == "www." else ""


def listed(name: str, names: Container[str]) -> str | None:
    """The entry of `names` that is this host or a domain above it."""
    while name:
        if name in names:
            return name
        name = name.partition(".")[2]
    return None


@cache
def shipped_hosts(name: str) -> frozenset[str]:
    """A list of hosts that comes with the package."""
    return frozenset(entries(name))
