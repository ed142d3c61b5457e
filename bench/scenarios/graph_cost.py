"""What it costs to know who follows 20 accounts, and how soon one knows, beside others' ways.

All read the same simulated month; bills are X's own (facts 1.3), and our ledger must not say less.
Lists were read once before, which costs everybody the same. A whole re-read finds new followers and
losses alike; so it is set beside ours at our delay for new followers, which the target is for, and
again at our mean delay for both. At the latter 20 times cheaper is out of reach at these rates, where
a third of all changes are losses: to find who left, a list must be read from its head down to their
place, a fifth of it on average (`worlds`); without any count, all of it (facts 4C).
"""

from typing import Any

from bench.context import Context
from bench.figures import percentile
from bench.graph import worlds
from bench.graph.comparison import Compared, Setting, compare
from bench.graph.delays import DAY, hours, mean
from bench.graph.rivals import Bill
from bench.graph.worlds import Watched
from bench.processes import ROOT, BenchError
from bench.table import Row
from pipeline.settings import Graph

NAME = "graph-cost"
CHEAPER = 20.0
EDGES = ROOT.parent / "shared" / "data" / "follow-graph" / "higgs-social_network-prefix.edgelist.gz"
OWNER = Graph(daily_cap=75.0, cycle_cap=100.0, scheduled_share=0.75)
"""$75 a month for what happens by itself; the rest is for what the owner asks for."""
QUICK = Graph(daily_cap=75.0, cycle_cap=50.0, scheduled_share=0.5)
"""The same for the quick run's third of the lists."""
_DOLLAR = 1_000_000


def run(context: Context) -> list[Row]:
    """Measure a month; a quick run five days of six accounts."""
    accounts, days = context.size(20, 6), context.size(30, 5)

    def world(seed: int, start: float) -> Watched:
        chosen: dict[str, Any] = {
            "accounts": accounts,
            "smallest": 30,
            "seed": seed,
            "start": start,
        }
        if EDGES.is_file():
            return worlds.of_edges(EDGES, **chosen)
        context.say(f"{NAME}: a world is made up, as there is no edge list at {EDGES}")
        return worlds.made_up(largest=1055, **chosen)

    context.say(f"{NAME}: {accounts} accounts, {days} simulated days, seed {context.seed}")
    place = context.fresh("graph")
    place.mkdir(parents=True)
    owner = QUICK if context.quick else OWNER
    found = compare(place, Setting(world, days, owner, context.seed))
    return rows_of(found, days=days, seed=context.seed)


def rows_of(found: Compared, *, days: int, seed: int) -> list[Row]:
    """The table's part."""
    return [*_money(found, days=days, seed=seed), *_delays(found), *_truth(found)]


def _money(found: Compared, *, days: int, seed: int) -> list[Row]:
    ours, daily = found.ours, found.reread(DAY)
    news = found.at_the_delay(ours.delays.news)
    every = found.at_the_delay(ours.delays.every)
    losses = found.at_the_delay(ours.delays.losses)
    note = f"seed {seed}; {days} days; the first reading, before, cost ${_dollars(found.first):.2f}"
    return [
        _bill("dollars, naive daily sweep", ours, daily, "daily", note=note),
        _bill(
            "dollars, at the same mean delay of new followers",
            ours,
            news,
            _name(ours.delays.news),
            target=CHEAPER,
        ),
        _bill(
            "dollars, at the same mean delay of all changes", ours, every, _name(ours.delays.every)
        ),
        _bill("dollars, at the same mean delay of losses", ours, losses, _name(ours.delays.losses)),
        _bill(
            "dollars, offline optimum",
            ours,
            found.best,
            "told what changes",
            note=f"regret {ours.micros / max(found.best.micros, 1):.1f}",
        ),
        Row(NAME, "requests", ours.requests, "", "-", None, daily.requests, "daily"),
        Row(NAME, "answers 429", found.refused, "", "0", found.refused == 0),
    ]


def _delays(found: Compared) -> list[Row]:
    ours, daily = found.ours.delays, found.reread(DAY).delays
    return [
        _delay("new followers", ours.news, daily.news),
        _delay("losses", ours.losses, daily.losses),
    ]


def _truth(found: Compared) -> list[Row]:
    verdict, books = found.verdict, found.books
    right = 100 * verdict.right
    return [
        Row(NAME, "losses, right reason", right, "%", "-", None, note="; ".join(verdict.wrong)),
        _none("changes missed", verdict.missed),
        _none("false unfollows", verdict.false),
        _none("days our ledger has less than X's bill", books.understated),
        _none("days and months past their cap", books.passed),
    ]


def _bill(  # noqa: PLR0913 - a line of the table
    what: str, ours: Bill, other: Bill, name: str, *, target: float | None = None, note: str = ""
) -> Row:
    ratio = other.micros / ours.micros
    return Row(
        NAME,
        what,
        _dollars(ours.micros),
        "$",
        "-" if target is None else f">= {target:.0f} x",
        None if target is None else ratio >= target,
        _dollars(other.micros),
        name,
        ratio,
        note,
    )


def _delay(what: str, ours: list[float], daily: list[float]) -> Row:
    if not ours or not daily:
        raise BenchError(f"there were no {what} in this month")
    note = f"{len(ours)} in all; ours {hours(ours)}; daily {hours(daily)}"
    mine, other = mean(ours) / 3600, mean(daily) / 3600
    worst = percentile(ours, 0.95) / 3600
    what = f"mean delay of {what} (p95 {worst:.1f} h)"
    return Row(NAME, what, mine, "h", "-", None, other, "daily", other / mine, note)


def _none(what: str, found: list[str]) -> Row:
    return Row(NAME, what, len(found), "", "0", not found, note="; ".join(found[:5]))


def _name(samples: list[float]) -> str:
    return f"twarc2 every {2 * mean(samples) / 3600:.1f} h"


def _dollars(micros: int) -> float:
    return micros / _DOLLAR
