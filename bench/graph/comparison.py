"""One simulated month, read by Afterword and by the others, and what each of them came to."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.graph import rivals, truth
from bench.graph.delays import DAY, Delays, mean
from bench.graph.month import Month, installed
from bench.graph.rivals import Bill
from bench.graph.truth import Stay
from bench.graph.verdict import Verdict, judge
from bench.graph.worlds import Watched
from pipeline.domain.graph.money import caps
from pipeline.ingest.graph.service import Wish
from pipeline.settings import Graph

FIRST = datetime.fromisoformat("2026-05-30T06:00:00+00:00")
"""When lists are read for the first time: in the billing cycle before the month."""
BEGIN = datetime.fromisoformat("2026-06-01T00:00:00+00:00")
APP = "app"


class Setting(NamedTuple):
    """What is measured: a world, for how long, with what money."""

    world: Callable[[int, float], Watched]
    """Given a seed and when it begins."""
    days: int
    graph: Graph
    seed: int = 1


class Books(NamedTuple):
    """X's bill beside our ledger, in micro-dollars by UTC day, and the caps that were to hold."""

    bill: Mapping[str, int]
    ledger: Mapping[str, int]
    graph: Graph

    @property
    def understated(self) -> list[str]:
        """Days on which our ledger has less than X's bill: there should be none."""
        return [day for day, micros in self.bill.items() if self.ledger.get(day, 0) < micros]

    @property
    def passed(self) -> list[str]:
        """Days and months whose cap was passed: there should be none."""
        limits = caps(self.graph.daily_cap, self.graph.cycle_cap, share=1.0, cycle_day=1)
        months: dict[str, int] = {}
        for day, micros in self.bill.items():
            months[day[:7]] = months.get(day[:7], 0) + micros
        over = [day for day, micros in self.bill.items() if micros > limits.day.whole]
        return over + [month for month, micros in months.items() if micros > limits.cycle.whole]


class Compared(NamedTuple):
    """The same month by everybody. `ours.delays` is in the verdict too."""

    ours: Bill
    verdict: Verdict
    refused: int
    """Answers 429 that Afterword got."""
    first: int
    """What reading all lists for the first time cost, in micro-dollars: it does for everybody."""
    books: Books
    best: Bill
    lists: Sequence[Sequence[Stay]]
    begin: float
    end: float

    def reread(self, every: float) -> Bill:
        """Whole lists each so many seconds."""
        return rivals.full(self.lists, start=self.begin, end=self.end, every=every)

    def at_the_delay(self, samples: Sequence[float]) -> Bill:
        """Whole lists as often as gives the same mean delay: what comes at random waits for half the
        time between two readings."""
        return self.reread(2 * mean(samples))


def compare(place: Path, setting: Setting) -> Compared:
    """Let a month pass."""
    watched = setting.world(setting.seed, FIRST.timestamp())
    begun_with = truth.followers(watched.world, watched.owners)
    with installed(place, watched.world, setting.graph, start=FIRST, seed=setting.seed) as month:
        first, ours, refused = _live(month, watched.owners, days=setting.days)
        end = BEGIN.timestamp() + setting.days * DAY
        month.sweep()
        stays = truth.stays_of(watched.world, begun_with)
        verdict = judge(month, stays, start=BEGIN.timestamp(), end=month.clock().timestamp())
        bill = dict(month.x.simulator.ledger.spent[APP])
        books = Books(bill, month.ledger(), setting.graph)
    lists = list(stays.values())
    best = rivals.optimum(lists, start=BEGIN.timestamp(), end=end)
    ours = ours._replace(delays=verdict.delays)
    return Compared(ours, verdict, refused, first, books, best, lists, BEGIN.timestamp(), end)


def _live(month: Month, owners: Sequence[str], *, days: int) -> tuple[int, Bill, int]:
    """The first reading's cost, the month's bill, and answers 429."""
    month.keep(owners, Wish())
    month.sweep()
    report = month.x.simulator.report
    first = report.total().micros
    month.live(until=BEGIN)
    report.clear()
    month.live(until=BEGIN + timedelta(days=days))
    total = report.total()
    return first, Bill(total.micros, total.asked, Delays()), total.statuses["429"]
