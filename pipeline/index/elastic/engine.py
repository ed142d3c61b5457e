"""The engine: generations, writes and searches on an Elasticsearch server."""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from pipeline.domain.search import Found, Hit, Search
from pipeline.domain.search.synonyms import Synonyms
from pipeline.errors import Rejected, Transient
from pipeline.index.elastic import schema
from pipeline.index.elastic.bulk import Bulk
from pipeline.index.elastic.connection import Server, connect, translated
from pipeline.index.elastic.generations import Generations
from pipeline.index.elastic.ledger import Ledger
from pipeline.index.elastic.reader import Reader
from pipeline.index.engine import Entry, Generation, Write, Written

_ANSWERS_WITHIN_S = 2.0


class ElasticEngine:
    """Elasticsearch 9.

    `synonyms`: by site. `pause` waits for seconds while the server is busy; `jitter` is in 0..1.
    """

    kind = "elasticsearch"
    writers = 4
    """A bulk request is one thread's work there, nearly all of it analysing text."""

    def __init__(
        self,
        server: Server,
        *,
        synonyms: Mapping[str, Synonyms] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], object] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._client = connect(server)
        self._generations = Generations(self._client, server.prefix, clock)
        self._ledger = Ledger(self._client)
        self._bulk = Bulk(
            self._client.options(request_timeout=server.bulk_timeout),
            pause=pause or threading.Event().wait,
            jitter=jitter,
        )
        self._reader = Reader(self._client, server.prefix, synonyms=synonyms or {})

    @property
    def fingerprint(self) -> str:
        """Digest of the settings and mappings a new generation would get."""
        return schema.fingerprint()

    def trouble(self) -> str | None:
        """Why no Elasticsearch 9 with a node to put things on answers; None where one does.

        Never raises.
        """
        client = self._client.options(request_timeout=_ANSWERS_WITHIN_S)
        try:
            with translated():
                client.cluster.health(timeout="1s")
        except (Rejected, Transient) as error:
            return error.reason
        return None

    def generations(self) -> list[Generation]:
        """Every generation there is, by name."""
        return self._generations.all()

    def create(self, name: str) -> None:
        """Make an empty generation, or leave the one of this name as it is."""
        self._generations.create(name)

    def drop(self, name: str) -> None:
        """Delete a generation, if it is there. Raises Rejected for the live one."""
        self._generations.drop(name)

    def promote(self, name: str) -> None:
        """Make a generation the live one, in one step."""
        self._generations.promote(name)
        self._reader.forget()

    def write(self, name: str, writes: Sequence[Write], *, refresh: bool) -> list[Written]:
        """Write documents and tombstones; an outcome for each, in order."""
        written = self._bulk.write(self._generations.door(name), writes)
        if refresh:
            self._ledger.refresh(self._generations.index(name))
        self._reader.forget()
        return written

    def entries(self, name: str, *, after: str, size: int) -> list[Entry]:
        """What the generation holds, by key, past `after`; at most 10,000 at once."""
        return self._ledger.entries(self._generations.index(name), after=after, size=size)

    def purge(self, name: str, keys: Sequence[str]) -> None:
        """Take entries out for good. One that somebody writes meanwhile stays."""
        self._ledger.purge(self._generations.index(name), keys)

    def search(self, asked: Search) -> Found:
        """Ask the live generation."""
        with translated():
            return self._reader.search(asked)

    def related(self, site: str, post_id: str, *, size: int) -> list[Hit]:
        """Posts of the site that are like this one, the likest first."""
        with translated():
            return self._reader.related(site, post_id, size=size)

    def close(self) -> None:
        """Close connections."""
        self._client.close()
