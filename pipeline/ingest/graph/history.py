"""The history of lists: runs and events in, edges in time out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.domain.graph.fence import Head
from pipeline.domain.graph.kinds import AccountState, EndReason, ListKey, Mode
from pipeline.domain.graph.port import Person
from pipeline.domain.ids import IdFactory


class Finished(NamedTuple):
    """What a run found: numbers of members."""

    gained: int
    refollowed: int
    returned: int
    suspects: int


class History:
    """Takes in what is read and told. The caller owns the transaction."""

    def __init__(self, ids: IdFactory, clock: Callable[[], datetime], *, overlap: int = 25) -> None:
        self._ids = ids
        self._clock = clock
        self._overlap = overlap

    def begin(
        self, db: Connection, key: ListKey, *, mode: Mode, source: str = "api", at: datetime
    ) -> int:
        """Begin a run, before its first request goes out; the run's id."""
        raise NotImplementedError

    def take_page(  # noqa: PLR0913 - a page is what it is, and when, and of which run
        self,
        db: Connection,
        run_id: int,
        page_no: int,
        network: str,
        people: Sequence[Person],
        *,
        read_at: datetime,
        closing: bool = False,
    ) -> list[int]:
        """Keep a page of a run; its members' ordinals in order.

        `closing`: it belongs to the second reading of the head that ends a sweep.
        """
        raise NotImplementedError

    def head(self, db: Connection, key: ListKey, run_id: int) -> Head:
        """What a probe's pages show so far, and whether they are enough."""
        raise NotImplementedError

    def closing_head(self, db: Connection, key: ListKey, run_id: int) -> Head:
        """What a sweep's closing pages show so far; `stop` once they meet the sweep's first page.

        A sweep whose pages were one needs no closing pages: `stop` at once.
        """
        raise NotImplementedError

    def finish_probe(self, db: Connection, run_id: int, *, now: datetime) -> Finished:
        """End a probe whose head said stop, or whose list ended."""
        raise NotImplementedError

    def finish_sweep(
        self, db: Connection, run_id: int, *, now: datetime, at: datetime | None = None
    ) -> Finished:
        """End a sweep that read the whole list. `at`: the moment a snapshot was made."""
        raise NotImplementedError

    def abandon(self, db: Connection, run_id: int) -> None:
        """End a run that will not be finished: its pages are forgotten."""
        raise NotImplementedError

    def classify(
        self, db: Connection, key: ListKey, verdicts: Mapping[int, AccountState], *, now: datetime
    ) -> Mapping[EndReason, int]:
        """Settle suspects by what their network says of them; how many ended, by reason."""
        raise NotImplementedError

    def observe(  # noqa: PLR0913 - an event is what it is
        self,
        db: Connection,
        network: str,
        follower: Person,
        followed: Person,
        *,
        at: datetime,
        gone: bool,
        event_id: int,
    ) -> bool:
        """Take in a pushed event; whether it changed what is known."""
        raise NotImplementedError
