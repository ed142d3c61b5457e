"""Who counts as the same author, without keeping it readable."""

import base64
import hashlib
import hmac
import ipaddress

_IPV4_PREFIX = 24
_IPV6_PREFIX = 48


class Identity:
    """Keyed digests of authors: an MD5 of an e-mail address can be guessed back, an HMAC can't."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def author_key(self, site: str, *, name: str, email: str | None, ip: str | None) -> str:
        """26 characters that stand for an author on a site.

        An address anyone may type proves nothing, so who comes through the browser's door is also
        bound to the network they come from: pass their `ip`. A blog's own signed webhook vouches for
        its authors: pass None.
        """
        who = (email or name).strip().casefold()
        return self._digest("author", site, who, network_of(ip) or "")[:26]

    def avatar(self, *, name: str, email: str | None) -> str:
        """12 characters to draw a picture from, the same for one author everywhere."""
        return self._digest("avatar", (email or name).strip().casefold())[:12]

    def _digest(self, *parts: str) -> str:
        raw = hmac.digest(self._key, "\0".join(parts).encode(), hashlib.sha256)
        return base64.b32encode(raw).decode().lower()


def network_of(ip: str | None) -> str | None:
    """The network an address belongs to: /24 for IPv4, /48 for IPv6; None for no address."""
    if ip is None:
        return None
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    prefix = _IPV4_PREFIX if address.version == 4 else _IPV6_PREFIX  # noqa: PLR2004 - IP versions
    return str(ipaddress.ip_network((address, prefix), strict=False).network_address)
