"""An edge that came or went, as a network or a sender tells it."""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from pipeline.domain.graph.kinds import X
from pipeline.domain.graph.port import Person

LONGEST_ID = 128
"""Characters of a network's own id: two of them and the source's name make the event's subject."""

NativeId = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]


class Party(msgspec.Struct, frozen=True, omit_defaults=True):
    """One end of an edge: the network's own id, and what it is called if the sender says so."""

    id: NativeId
    username: Annotated[str, Meta(max_length=256)] | None = None
    name: Annotated[str, Meta(max_length=256)] | None = None

    def __post_init__(self) -> None:
        """Check what the types can't say."""
        if not _is_token(self.id) or ">" in self.id:
            raise ValueError("id must be printable ASCII without spaces and without >")

    def person(self) -> Person:
        """The account as a network would show it."""
        return Person(self.id, handle=self.username, name=self.name)


class FollowChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """Data of `follow.added` and `follow.removed`: `follower` follows `followed`, or no longer does.

    `at` is when it happened, where the sender knows; else it counts from its arrival.
    """

    follower: Party
    followed: Party
    network: Annotated[str, Meta(min_length=1, max_length=100)] = X
    at: Annotated[datetime, Meta(tz=True)] | None = None

    def __post_init__(self) -> None:
        """Check what the types can't say."""
        if not _is_token(self.network):
            raise ValueError("network must be printable ASCII without spaces")
        if self.follower.id == self.followed.id:
            raise ValueError("follower and followed must be two accounts")
        # At either end of the calendar an offset leads out of it.
        if self.at is not None and not MINYEAR < self.at.year < MAXYEAR:
            raise ValueError("at must lie in a year from 2 to 9998")

    @property
    def id(self) -> str:
        """The edge: its changes are worked in order of arrival, as an event's subject says."""
        return f"{self.follower.id}>{self.followed.id}"


class GraphErased(msgspec.Struct, frozen=True):
    """Data of `graph.erased`: somebody asked to be forgotten. `who` is the keyed hash, in hex."""

    who: str


def _is_token(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
