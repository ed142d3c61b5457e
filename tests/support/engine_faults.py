"""Engines with a fault in front of a real one: for what must hold whichever engine it is."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from pipeline.domain.search import Document
from pipeline.index.engine import Engine, Outcome, Write, Written

Names = Callable[[str, str], bool]
"""Whether a write of a key to a generation is meant: (generation, key)."""


def nothing(_generation: str, _key: str) -> bool:
    """No write at all."""
    return False


class FaultyEngine:
    """Writes to a real engine what its faults let pass, and keeps what it was asked to write.

    What it `loses` it claims to have stored; what it `refuses` it calls refused for good. With
    `marked` every document's section is the name of the generation it was written to.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.loses: Names = nothing
        self.refuses: Names = nothing
        self.marked = False
        self.asked: list[tuple[str, Write]] = []
        self.before_write: Callable[[str], None] = lambda _generation: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def write(self, name: str, writes: Sequence[Write], *, refresh: bool) -> list[Written]:
        self.before_write(name)
        self.asked += [(name, write) for write in writes]
        passed = [write for write in writes if self._passes(name, write.key)]
        passed = [self._marked(name, write) for write in passed]
        stored = self._engine.write(name, passed, refresh=refresh) if passed else []
        told = {each.key: each for each in stored}
        return [told.get(write.key) or self._told(name, write.key) for write in writes]

    def _passes(self, name: str, key: str) -> bool:
        return not self.loses(name, key) and not self.refuses(name, key)

    def _told(self, name: str, key: str) -> Written:
        if self.refuses(name, key):
            return Written(key, Outcome.REFUSED, "a field of it can't be read")
        return Written(key, Outcome.STORED)

    def _marked(self, name: str, write: Write) -> Write:
        if self.marked and isinstance(write, Document):
            return msgspec.structs.replace(write, section=name)
        return write
