"""Looking for those who left: which list, once there is money for it.

A count tells how many left, not who. To find them, a list is read from its head until as many are
missing. That is the dearest thing there is, so it is done with what is left of the scheduled share of
a cycle's cap, which comes in day by day. Of all lists the one is next where most have been gone for
longest for the money; it is waited for, so that dear lists get their turn too.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pipeline.ingest.graph.intervals import Standing

SOONEST = 1 / 30
"""Of the days between two sweeps of a list, how many a search comes after the last at least."""

READ = 0.4
"""Of a list, what a search reads on average: newer ties break first (facts, section 4C)."""


def chosen(
    standings: Iterable[Standing], accrued: Mapping[str, int], *, now: datetime
) -> list[Standing]:
    """At most one list of each app. `accrued` is what each app may spend on it, in micro-dollars."""
    best: dict[str, Standing] = {}
    for each in standings:
        app = each.credential.app
        if _is_short(each, now) and (app not in best or _score(best[app], now) < _score(each, now)):
            best[app] = each
    return [each for app, each in best.items() if cost(each) <= accrued.get(app, 0)]


def cost(each: Standing) -> float:
    """What a search is expected to cost, in micro-dollars."""
    return READ * each.price * (each.size or 0)


def _is_short(each: Standing, now: datetime) -> bool:
    """By a count that was asked for after the head was read: else it lacks who came between."""
    row = each.row
    if not each.searched or not row.tally.lost or row.counted_at is None:
        return False
    is_settled = row.probed_at is None or row.counted_at > row.probed_at
    return is_settled and _waited(each, now) >= SOONEST * row.sweep_days


def _waited(each: Standing, now: datetime) -> float:
    """Days since those who left were last looked for."""
    last = each.row.searched_at or each.row.swept_at or now
    return (now - last) / timedelta(days=1)


def _score(each: Standing, now: datetime) -> float:
    row = each.row
    return row.interest * row.tally.lost * _waited(each, now) / max(cost(each), 1.0)
