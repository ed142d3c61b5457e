"""Durable acks: signed webhooks of 520 bytes over 32 connections into one web process.

A, B, A, B: each round starts each server on an empty database, warms it up and measures it.
No worker runs: the relay fills its window and then has nothing to do.
"""

from bench import isso
from bench.context import Context, pace_of, warm
from bench.figures import median
from bench.load import Result
from bench.messages import isso as to_isso
from bench.messages import webhook
from bench.sets import web_only
from bench.table import Row, at_most, less_is_better, more_is_better

NAME = "acks"
SHARE_OF_BARE = 0.85
TIMES_ISSO = 40
P99_MS = 12.0


def run(context: Context) -> list[Row]:
    """Measure ours, the bare route and Isso in turn; rows of rate and p99."""
    ours, bare, theirs = [], [], []
    for number in range(context.size(3, 1)):
        context.say(f"acks, round {number + 1}: bare route, Afterword, Isso")
        bare.append(context.acks_of_reference(context.size(30_000, 3_000)))
        ours.append(_ours(context))
        theirs.append(_isso(context))
    problems = "; ".join(text for result in ours if (text := result.problems(202)))
    taken = all(result.only(202) for result in ours)
    return [
        *_rates(ours, bare, theirs, taken=taken, note=problems),
        _p99(ours, bare, pace_of(bare)),
    ]


def _ours(context: Context) -> Result:
    numbers = range(context.size(30_000, 3_000))
    with web_only(context.fresh("acks")) as members:
        return warm(members.port, [webhook(one) for one in context.comments("/posts/a/", numbers)])


def _isso(context: Context) -> Result:
    comments = context.comments("/posts/a/", range(context.size(1_000, 200)))
    with isso.serve(context.fresh("isso")) as port:
        # The thread's first comment makes the thread; 32 at once would each try to.
        isso.fill(port, comments[:2])
        return warm(port, [to_isso(comment) for comment in comments[2:]])


def _rates(
    ours: list[Result], bare: list[Result], theirs: list[Result], *, taken: bool, note: str
) -> list[Row]:
    rate = median([result.rate for result in ours])
    peers = (("bare route", bare, SHARE_OF_BARE), (f"Isso {isso.VERSION}", theirs, TIMES_ISSO))
    rows = []
    for name, results, target in peers:
        peer = median([result.rate for result in results])
        ratio = more_is_better(rate, peer)
        rows.append(
            Row(
                scenario=NAME,
                what="durable acks, 32 connections",
                ours=rate,
                unit="/s",
                peer=peer,
                peer_name=name,
                ratio=ratio,
                target=f">= {target} x",
                met=taken and ratio >= target,
                note=note,
            )
        )
    return rows


def _p99(ours: list[Result], bare: list[Result], pace: float) -> Row:
    p99 = median([result.p99 for result in ours])
    target = at_most(P99_MS, "ms", pace)
    peer = median([result.p99 for result in bare])
    return Row(
        scenario=NAME,
        what="p99 of a durable ack",
        ours=p99,
        unit="ms",
        peer=peer,
        peer_name="bare route",
        ratio=less_is_better(p99, peer),
        target=target.text,
        met=p99 <= target.limit,
    )
