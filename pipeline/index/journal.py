"""What readers look for: their words and how much was found. Nothing says who asked."""

import re
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pipeline.domain.ids import IdFactory
from pipeline.domain.search import parse
from pipeline.domain.search.query import LONGEST_QUERY
from pipeline.logs import get_logger
from pipeline.store import queries
from pipeline.store.database import Database, is_unavailable
from pipeline.store.queries import AskedRow, Click

log = get_logger(__name__)

MERGED_WITHIN = timedelta(seconds=10)
"""A query that goes on from one of so short a time ago is the same one, still being typed."""
FLUSH_EVERY_S = 2.0
_MOST_RECENT = 200
_MOST_PENDING = 5000

# What may be somebody's address or number is not kept.
_PERSONAL = re.compile(r"\S+@\S+|\+?\d[\d\s().-]{6,}\d")


class Journal:
    """Collects queries and clicks, and writes them from a thread: no search waits for the disk.

    A process that is killed loses the last FLUSH_EVERY_S; statistics may.
    """

    def __init__(self, database: Database, ids: IdFactory, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ids = ids
        self._clock = clock
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._recent: deque[AskedRow] = deque(maxlen=_MOST_RECENT)
        self._pending: dict[int, AskedRow] = {}
        self._clicks: list[Click] = []
        self._wake = threading.Event()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def asked(self, site: str, text: str, total: int, *, typing: bool = False) -> None:
        """Note a query, or let the one that it goes on from become it.

        `text`: as it was read (`Query.text`). `typing`: the reader has not finished it, so that the
        same words again are still the same.
        """
        now, kept = self._clock(), _kept(text)
        if not kept:
            return
        with self._lock:
            before = self._goes_on_from(site, kept, now, same=typing)
            id_ = self._ids.next() if before is None else before.id
            if before is not None:
                self._recent.remove(before)
            row = AskedRow(id_, site, kept, total, now)
            self._recent.append(row)
            if len(self._pending) < _MOST_PENDING:
                self._pending[id_] = row
        self._stir()

    def clicked(self, site: str, text: str) -> None:
        """Note that a hit of this query was followed: as its link has it, so it is read once more."""
        click = Click(site, _kept(parse(text).text))
        with self._lock:
            if len(self._clicks) < _MOST_PENDING:
                self._clicks.append(click)
        self._stir()

    def _goes_on_from(self, site: str, text: str, now: datetime, *, same: bool) -> AskedRow | None:
        for row in reversed(self._recent):
            if now - row.asked_at > MERGED_WITHIN:
                return None
            if row.site == site and (same or row.text != text) and _continues(row.text, text):
                return row
        return None

    def _stir(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                    self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        pause = threading.Event()
        while not self._stopped:
            self._wake.wait()
            self._wake.clear()
            pause.wait(FLUSH_EVERY_S)
            try:
                self.flush()
            except Exception:  # what can't be stored must not end the thread
                log.exception("queries_lost")

    def flush(self) -> None:
        """Write what was collected; what can't be written now is kept for the next time."""
        # One after the other: what a thread has taken to write is written when another returns.
        with self._writing:
            with self._lock:
                rows, self._pending = self._pending, {}
                clicks, self._clicks = self._clicks, []
            if not rows and not clicks:
                return
            try:
                self._write(list(rows.values()), clicks)
            except Exception as error:
                if not is_unavailable(error):
                    raise
                with self._lock:
                    self._pending = rows | self._pending
                    self._clicks = clicks + self._clicks

    def _write(self, rows: Sequence[AskedRow], clicks: Sequence[Click]) -> None:
        with self._database.write_relaxed() as db:
            queries.note(db, rows)
            queries.count_clicks(db, clicks, since=self._clock() - timedelta(hours=1))

    def close(self) -> None:
        """Write the rest."""
        self._stopped = True
        self._wake.set()
        self.flush()


def _kept(text: str) -> str:
    """A query as it is kept: plain, without case and without what may name somebody."""
    said = _PERSONAL.sub("…", text.casefold()).strip()
    return "" if said == "…" else said[:LONGEST_QUERY]  # some letters become two without case


def _continues(before: str, text: str) -> bool:
    return text.startswith(before) or before.startswith(text)
