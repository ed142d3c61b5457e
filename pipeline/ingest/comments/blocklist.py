"""Entries of the block list as people type them."""

import ipaddress
import re

from sqlalchemy import Connection

from pipeline.domain.decisions import BlockKind
from pipeline.errors import NotFoundError, Rejected
from pipeline.store import signals

_DOMAIN = re.compile(r"[^\s/@:.]+(\.[^\s/@:.]+)+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
LONGEST = 254


def entry_value(kind: BlockKind, value: str) -> str:
    """The value as comments are compared with it. Raises Rejected for one that matches nothing."""
    text = value.strip().casefold()
    if not text or len(text) > LONGEST:
        raise Rejected(f"a value has 1 to {LONGEST} characters, not {len(text)}")
    if kind is BlockKind.IP:
        return _address(text)
    if kind is BlockKind.DOMAIN and _DOMAIN.fullmatch(text) is None:
        raise Rejected(f"{value!r} is no domain: give it like spam.example, without https://")
    if kind is BlockKind.EMAIL and _EMAIL.fullmatch(text) is None:
        raise Rejected(f"{value!r} is no e-mail address")
    return text


def require_entry(db: Connection, site: str, kind: BlockKind, value: str) -> None:
    """Raise NotFoundError unless the site's block list has this entry."""
    if not signals.blocked(db, site, [(kind, value)]):
        raise NotFoundError(f"{kind} {value!r} is not on the block list of {site!r}")


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Rejected(f"{text!r} is no IP address: give one like 203.0.113.9") from None
