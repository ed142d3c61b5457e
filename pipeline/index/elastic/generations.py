"""Generations as indices: PREFIX-NAME each, the live one under the alias PREFIX.

Each is written through an alias of its own: a bulk request that requires an alias never makes an
index by accident, with a schema guessed from its first document.
"""

from collections.abc import Callable
from datetime import datetime

from elasticsearch import BadRequestError, Elasticsearch

from pipeline.errors import Rejected
from pipeline.index.elastic import schema
from pipeline.index.elastic.connection import translated
from pipeline.index.engine import Generation

_TIMEOUT_S = 30.0


class Generations:
    """The generations below one prefix."""

    def __init__(self, client: Elasticsearch, prefix: str, clock: Callable[[], datetime]) -> None:
        self._indices = client.options(request_timeout=_TIMEOUT_S).indices
        self._prefix, self._clock = prefix, clock

    def index(self, name: str) -> str:
        """The index of a generation."""
        return f"{self._prefix}-{name}"

    def door(self, name: str) -> str:
        """The alias a generation is written through."""
        return f"{self._prefix}-{name}.write"

    def all(self) -> list[Generation]:
        """Every generation, by name. Other installations' indices are told by their `_meta`."""
        with translated():
            found = self._indices.get(
                index=f"{self._prefix}-*", features=["aliases", "mappings"], expand_wildcards="all"
            )
        generations = []
        for index, held in found.items():
            meta = held["mappings"].get("_meta", {})
            if meta.get("prefix") == self._prefix:
                name = index.removeprefix(f"{self._prefix}-")
                live = self._prefix in held["aliases"]
                generations.append(Generation(name, meta["fingerprint"], live))
        return sorted(generations)

    def create(self, name: str) -> None:
        """Make an empty generation, or leave the one that is there."""
        meta = {"prefix": self._prefix, "fingerprint": schema.fingerprint()}
        meta["created_at"] = self._clock().isoformat()
        with translated():
            try:
                self._indices.create(
                    index=self.index(name),
                    settings=schema.settings(),
                    mappings=schema.mappings() | {"_meta": meta},
                    aliases={self.door(name): {"is_hidden": True}},
                )
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise

    def drop(self, name: str) -> None:
        """Delete a generation, if it is there. Raises Rejected for the live one."""
        if any(each.live and each.name == name for each in self.all()):
            raise Rejected(f"The generation {name} is live: promote another one first")
        with translated():
            self._indices.delete(index=self.index(name), ignore_unavailable=True)

    def promote(self, name: str) -> None:
        """Move the alias in one request: a reader meets the old one or the new one."""
        every = {"index": f"{self._prefix}-*", "alias": self._prefix, "must_exist": False}
        one = {"index": self.index(name), "alias": self._prefix}
        with translated():
            self._indices.update_aliases(actions=[{"remove": every}, {"add": one}])
