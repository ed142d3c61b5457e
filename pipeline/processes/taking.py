"""A line of a stream, committed to the log as a webhook's body would be."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from pipeline.bootstrap import Container
from pipeline.domain import events
from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, UnavailableError
from pipeline.ingest.accept import Receipt, Status, accept
from pipeline.logs import get_logger
from pipeline.store.database import is_unavailable
from pipeline.store.log import NewEvent
from pipeline.webhooks.envelopes import parse

log = get_logger(__name__)
LONGEST_PAUSE_S = 10.0


class Taken(NamedTuple):
    """What became of the lines so far."""

    accepted: int = 0
    repeated: int = 0
    refused: int = 0


class Taker:
    """Keeps events. `pause` waits for seconds; it says whether to stop instead of going on."""

    def __init__(self, container: Container, source: str, pause: Callable[[float], bool]) -> None:
        self._container = container
        self._source = source
        self._pause = pause
        self.taken = Taken()

    def take(self, line: bytes) -> None:
        """Commit the line's event, however long the database is away. What is no event is logged.

        Raises UnavailableError where the wait is cut short: then the event is not kept.
        """
        try:
            event = self._event(line)
        except InvalidEventError as error:
            log.warning("stream_line_refused", problem=error.problem)
            self.taken = self.taken._replace(refused=self.taken.refused + 1)
            return
        if self._commit(event).status is Status.ACCEPTED:
            self.taken = self.taken._replace(accepted=self.taken.accepted + 1)
        else:  # also where a profile in it has changed since: of one id, it is one event
            self.taken = self.taken._replace(repeated=self.taken.repeated + 1)

    def _event(self, line: bytes) -> NewEvent:
        (incoming,) = parse(Scheme.X, headers={}, body=line)
        fact = events.check(incoming.type, incoming.data)
        digest = hashlib.sha256(line).digest()
        return NewEvent(
            id=self._container.ids.next(),
            source=self._source,
            external_id=incoming.id or f"sha256:{digest.hex()}",
            type=incoming.type,
            subject=events.subject_of(self._source, incoming.type, fact),
            occurred_at=incoming.at,
            data=incoming.data.decode(),
            digest=digest,
        )

    def _commit(self, event: NewEvent) -> Receipt:
        wait = 1.0
        while True:
            try:
                with self._container.database.write() as db:
                    return accept(db, [event], now=self._container.clock())[0]
            except Exception as error:
                if not is_unavailable(error):
                    raise
                log.warning("database_unavailable", error=type(error).__name__, wait=wait)
                if self._pause(wait):
                    raise UnavailableError(
                        f"stopped while the database was away: event {event.external_id} is not kept"
                    ) from error
                wait = min(2 * wait, LONGEST_PAUSE_S)
