"""What rates and addresses look like."""

from types import MappingProxyType
from typing import Annotated

from msgspec import Meta

_RATE = r"^(none|[1-9][0-9]{0,8}/(s|m|h))$"
_URL = r"^https?://[^\s/]+"
INDEX = r"^[a-z0-9][a-z0-9_-]{0,99}$"
PATTERNS = MappingProxyType(
    {
        _RATE: 'like "50/s", "10/m" or "100/h", or "none"',
        _URL: "an address like https://blog.example",
        INDEX: "lower-case letters, digits, - and _, such as afterword",
    }
)
"""What the patterns of this module ask for, in words."""

Address = Annotated[str, Meta(pattern=_URL)]
Rate = Annotated[str, Meta(pattern=_RATE)]
_PER = {"s": 1.0, "m": 60.0, "h": 3600.0}


def rate_per_second(rate: str) -> float | None:
    """ "50/s" as 50.0, "10/m" as 0.1667; None for "none"."""
    if rate == "none":
        return None
    count, per = rate.split("/")
    return int(count) / _PER[per]
