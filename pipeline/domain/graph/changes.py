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


HIDDEN = frozenset({EndReason.SUSPENDED, EndReason.DELETED, EndReason.PROTECTED})
"""Ends that are not the member's own doing: who is there again after one has returned, not gained."""
