"""What a verifier is given, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret of a source. Several are active while one replaces another.

    `id` is public and goes to the logs; `value` never does. `not_after` is aware; None: no end.
    """

    id: str
    value: str = field(repr=False)
    not_after: datetime | None


# The next two are made for every request: a msgspec struct takes a tenth of a dataclass's time.
class SignedRequest(msgspec.Struct, frozen=True):
    """The raw request: header names in lower case, the body as it came, before any parse.

    `now` is aware; `tolerance` is the clock difference allowed in a signed timestamp, in seconds.
    """

    headers: Mapping[bytes, bytes]
    body: bytes
    now: datetime
    tolerance: float


class Verified(msgspec.Struct, frozen=True):
    """The sender is who it says.

    `key_id` names the secret that matched; `signed_at` is the signed timestamp (aware, UTC) and
    `external_id` the sender's idempotency key, each None where the scheme has none.
    `ping`: nothing is to be stored, only answered with 200.
    """

    key_id: str
    signed_at: datetime | None
    external_id: str | None
    ping: bool = False
