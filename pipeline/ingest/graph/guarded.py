"""The history of lists, kept from storing those who asked to be forgotten."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.graph.port import Person
from pipeline.domain.ids import IdFactory
from pipeline.ingest.graph.erased import Erased
from pipeline.ingest.graph.history import History


class GuardedHistory(History):
    """A History that leaves them out of every page."""

    def __init__(
        self,
        ids: IdFactory,
        clock: Callable[[], datetime],
        erased: Erased,
        *,
        overlap: int = 25,
    ) -> None:
        super().__init__(ids, clock, overlap=overlap)
        self._erased = erased

    def take_page(  # noqa: PLR0913 - as the History's
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
        """As the History's. At the end stand numbers of nobody: the network charged for them too."""
        gone = self._erased.among(db, network, [each.native_id for each in people])
        others = [each for each in people if each.native_id not in gone]
        members = super().take_page(
            db, run_id, page_no, network, others, read_at=read_at, closing=closing
        )
        return members + [self._erased.ordinal(network, id_) for id_ in sorted(gone)]
