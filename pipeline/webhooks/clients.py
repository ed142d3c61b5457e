"""Who is calling: the peer's address, or what a trusted proxy says of it."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

_IPV6_PREFIX = 64

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Clients:
    """Reads the caller's address. X-Forwarded-For counts only where the peer is a configured proxy.

    Anyone may send the header; the rightmost address that is no proxy of ours is the one our own
    proxy saw.
    """

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted: list[Network] = [ipaddress.ip_network(each) for each in trusted]

    def address(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> str:
        """The caller's address as text; "unknown" on a unix socket."""
        peer = scope["client"][0] if scope.get("client") else "unknown"
        if not self._trusted or not self._is_trusted(peer):
            return str(peer)
        hops = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        for hop in reversed(hops):
            candidate = hop.strip()
            if _parsed(candidate) is None:
                break
            if not self._is_trusted(candidate):
                return candidate
        return str(peer)

    def _is_trusted(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._trusted)


def bucket_key(address: str) -> str:
    """The key of an address's bucket: an IPv6 caller owns its whole /64."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
    return address


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
