"""The oracle: what went in must come out, once.

As Jepsen's `checker/total-queue` (jepsen.checker, Clojure): every acknowledged element is looked for,
and whatever came out without having gone in is reported too. It reads the tables with the database's
own driver and none of Afterword's code, so a mistake there can't hide itself here.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

Ask = Callable[[str], Sequence[Sequence[Any]]]
_DELIVERIES = (
    "SELECT event_id, state, attempts, dispatches FROM delivery WHERE handler = 'comments.moderate'"
)


@contextmanager
def reading(folder: Path, url: str | None) -> Iterator[Ask]:
    """A function that runs a query: on SQLite in `folder`, or on PostgreSQL at `url`."""
    if url is None:
        path = folder / "afterword.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as lite:
            yield lambda sql: lite.execute(sql).fetchall()
    else:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as postgres:
            yield lambda sql: postgres.execute(sql).fetchall()  # type: ignore[call-overload] # any str


class Findings(NamedTuple):
    """What the tables hold of the messages sent; all counts but `begun` and `sent_out` want to be 0.

    `begun` and `sent_out` are how often deliveries were begun by a worker and sent out by a relay.
    """

    acknowledged: int
    lost: list[str]
    doubled: list[str]
    unexpected: list[str]
    unfinished: list[str]
    miscounted: int
    begun: Counter[int]
    sent_out: Counter[int]

    @property
    def clean(self) -> bool:
        """Whether every acknowledged message had its effect exactly once, and nothing else did."""
        return not (
            self.lost or self.doubled or self.unexpected or self.unfinished or self.miscounted
        )

    def table(self) -> str:
        """The findings for people."""
        rows = [
            ("acknowledged", self.acknowledged),
            ("lost", len(self.lost)),
            ("doubled", len(self.doubled)),
            ("unexpected", len(self.unexpected)),
            ("unfinished", len(self.unfinished)),
            ("miscounted on pages", self.miscounted),
            ("begun by a worker", _histogram(self.begun)),
            ("sent out by a relay", _histogram(self.sent_out)),
        ]
        named = [*self.lost[:5], *self.doubled[:5], *self.unexpected[:5], *self.unfinished[:5]]
        lines = [f"{name:20} {value}" for name, value in rows]
        return "\n".join([*lines, *(f"for example          {name}" for name in named)])


def open_deliveries(ask: Ask) -> int:
    """Deliveries of comments that are neither done nor dead."""
    return int(
        ask("SELECT count(*) FROM delivery WHERE state = 'pending' AND handler LIKE 'comments.%'")[
            0
        ][0]
    )


def examine(ask: Ask, *, acknowledged: Collection[str], sent: Collection[str]) -> Findings:
    """Compare messages, by their id, with the tables. Message `msg_7` posts comment `c7`."""
    known = set(sent)
    events = ask("SELECT external_id, id FROM event WHERE source = 'blog'")
    stored = Counter(name for name, _ in events)
    effects = _effects(ask)
    deliveries = {row[0]: row for row in ask(_DELIVERIES)}
    came_out = {name: effects[name] for name in known if name in effects}
    return Findings(
        acknowledged=len(acknowledged),
        lost=sorted(n for n in acknowledged if not stored[n] or 0 in _parts(came_out, n)),
        doubled=sorted(n for n in known if stored[n] > 1 or max(_parts(came_out, n)) > 1),
        unexpected=sorted((stored.keys() | effects.keys()) - known),
        unfinished=sorted(
            name for name, id_ in events if deliveries.get(id_, (0, "none"))[1] != "done"
        ),
        miscounted=_miscounted(ask),
        begun=Counter(row[2] for row in deliveries.values()),
        sent_out=Counter(row[3] for row in deliveries.values()),
    )


class _Effect(NamedTuple):
    comments: int
    verdicts: int
    facts: int


def _parts(effects: dict[str, _Effect], name: str) -> _Effect:
    return effects.get(name, _Effect(0, 0, 0))


def _effects(ask: Ask) -> dict[str, _Effect]:
    rows = ask("SELECT id, external_id FROM comment WHERE source = 'blog'")
    comments = Counter(name for _, name in rows)
    verdicts = Counter(row[0] for row in ask("SELECT comment_id FROM verdict"))
    facts = Counter(
        int(row[0].split(":")[1])
        for row in ask("SELECT external_id FROM event WHERE external_id LIKE 'verdict:%'")
    )
    return {
        f"msg_{name.removeprefix('c')}": _Effect(comments[name], verdicts[id_], facts[id_])
        for id_, name in rows
    }


def _miscounted(ask: Ask) -> int:
    """Comments that the pages count but do not show, or the other way round: an effect done twice."""
    counted = int(ask("SELECT coalesce(sum(size), 0) FROM thread")[0][0])
    return abs(counted - int(ask("SELECT count(*) FROM comment WHERE seen = 1")[0][0]))


def _histogram(counts: Counter[int]) -> str:
    each = ", ".join(f"{times}x: {number}" for times, number in sorted(counts.items()))
    total = sum(times * number for times, number in counts.items())
    return f"{total} times ({each})"
