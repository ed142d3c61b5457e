"""What happened to a list, as its edges' bounds tell it."""

from enum import StrEnum

from pipeline.domain.graph.kinds import EndReason


class ChangeKind(StrEnum):
    """What a change was."""

    GAINED = "gained"
    REFOLLOWED = "refollowed"  # had unfollowed before
    RETURNED = "returned"  # had been suspended, deleted or protected: no gain
    LOST = "lost"
    MISSING = "missing"  # not found by the last reading; nobody has asked why yet


_HIDDEN = frozenset({EndReason.SUSPENDED, EndReason.DELETED, EndReason.PROTECTED})


def kind_of_beginning(before: str | None) -> ChangeKind:
    """What it is that an edge begins, by how the one before ended; None where there was none."""
    if before is None:
        return ChangeKind.GAINED
    return ChangeKind.RETURNED if before in _HIDDEN else ChangeKind.REFOLLOWED
