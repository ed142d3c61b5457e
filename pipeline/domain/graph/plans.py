"""What a sync job still has to do, as its row keeps it: JSON, tagged by the job's mode."""

from typing import Self

import msgspec


class _Plan(msgspec.Struct, frozen=True, tag_field="mode"):
    asked_for: bool = False
    """By a person, who accepted its price; else only a share of the caps is for it."""

    def wanted(self) -> Self:
        """The same, asked for by a person."""
        return msgspec.structs.replace(self, asked_for=True)


class Reading(_Plan, frozen=True):
    """How far a list was read, for the guards against loops."""

    count: int | None = None  # its length, as the network counts
    asked: int = 0  # people asked for
    seen: int = 0  # people returned
    empty: int = 0  # empty pages in a row
    restarts: int = 0  # because the network forgot the cursor

    def after(self, *, size: int, people: int) -> Self:
        """With one more page."""
        return msgspec.structs.replace(
            self,
            asked=self.asked + size,
            seen=self.seen + people,
            empty=0 if people else self.empty + 1,
        )


class Probe(Reading, frozen=True, tag="probe"):
    """A list's head. `size` is of the next page."""

    size: int = 0
    losses: int = 0  # members that left, as the network's count tells: read on until they are found
    reach: int = 0  # people that are read for that at most, as they are free today; 0: any number

    @property
    def searches(self) -> bool:
        """Whether it goes on until those who left are found, or the list ends."""
        return self.losses > 0 and not self.reach

    def resized(self, size: int) -> "Probe":
        """With another size for the next page."""
        return msgspec.structs.replace(self, size=size)

    def again(self) -> "Probe":
        """From the head, because the cursor is no longer taken."""
        restarts = self.restarts + 1
        return Probe(
            self.asked_for,
            self.count,
            restarts=restarts,
            size=self.size,
            losses=self.losses,
            reach=self.reach,
        )


class Sweep(Reading, frozen=True, tag="sweep"):
    """A whole list, then its head once more: who followed again meanwhile is not lost."""

    closing_from: int = 0  # the page at which the head is read again; 0 before
    is_read: bool = False  # to its end: what is left to do asks nobody

    def closing(self, page_no: int) -> "Sweep":
        """With the head to be read again, from this page on."""
        return msgspec.structs.replace(self, closing_from=page_no)

    def read(self) -> "Sweep":
        """With nothing left but to take in what was seen."""
        return msgspec.structs.replace(self, is_read=True)

    def again(self) -> "Sweep":
        """From the head, because the cursor is no longer taken."""
        return Sweep(self.asked_for, self.count, restarts=self.restarts + 1)


class Confirm(_Plan, frozen=True, tag="confirm"):
    """Profiles of those missing, by ordinal: those up to `after` were looked up."""

    after: int = 0


class Count(_Plan, frozen=True, tag="count"):
    """Profiles of lists' owners, by ordinal, in one request."""

    owners: tuple[int, ...] = ()


Lookup = Confirm | Count
Plan = Probe | Sweep | Lookup

_decoder: msgspec.json.Decoder[Plan] = msgspec.json.Decoder(Plan)


def encode(plan: Plan) -> str:
    """The plan as its row keeps it."""
    return msgspec.json.encode(plan).decode()


def decode(text: str) -> Plan:
    """The plan that `encode` made. Raises msgspec.ValidationError."""
    return _decoder.decode(text)
