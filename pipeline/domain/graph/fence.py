"""Reading a list's head: who is new there, and when enough is known to stop."""

from typing import NamedTuple


class Head(NamedTuple):
    """What a head shows so far. All are ordinals, newest first."""

    new: tuple[int, ...] = ()
    """Not in the list when it was last looked at, those included that come back after an absence."""
    refollowed: tuple[int, ...] = ()
    """Known, but newer than members they were older than: they left and came back."""
    missing: tuple[int, ...] = ()
    """Members of the fence that should have been met by now, and were not."""
    overlap: int = 0
    """Known members in rank order since the last new one."""
    stop: bool = False
    """Whether `overlap` is enough. A list that ends (no cursor) ends the reading too."""
