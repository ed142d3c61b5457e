"""Encoded answers kept in memory, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

CAPACITY = 8 * 1024 * 1024
OVERHEAD = 1024
"""Bytes an entry takes beside its body: many empty threads must not fill the memory either."""


class Entry(NamedTuple):
    """A body and the stamp of what it was made from."""

    stamp: Hashable
    body: bytes


class BodyCache:
    """The bodies used last. For one thread.

    A body is only given to who brings the stamp it was made from, so it can't be stale; a new one
    takes the place of the one before.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable, stamp: Hashable) -> bytes | None:
        """The body kept for `key`, if it was made from `stamp`."""
        entry = self._entries.get(key)
        if entry is None or entry.stamp != stamp:
            return None
        self._entries.move_to_end(key)
        return entry.body

    def put(self, key: Hashable, stamp: Hashable, body: bytes) -> None:
        """Keep a body, and forget those not used for longest. Half the capacity is too much for one."""
        before = self._entries.pop(key, None)
        if before is not None:
            self.size -= _size(before.body)
        if len(body) > self._capacity // 2:
            return
        self._entries[key] = Entry(stamp, body)
        self.size += _size(body)
        while self.size > self._capacity:
            _, oldest = self._entries.popitem(last=False)
            self.size -= _size(oldest.body)


def _size(body: bytes) -> int:
    return len(body) + OVERHEAD
