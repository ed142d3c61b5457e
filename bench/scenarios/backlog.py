"""A backlog: 100,000 events while no worker runs, then a worker that drains them.

Comments go to pages in blocks, in order. While the backlog is drained, the pages say how far it
is: where the order of arrival holds, all pages before the first unfinished one are full and all
behind the window that is in flight are empty.
"""

from time import perf_counter

from bench import redis_server
from bench.calls import Caller, counts
from bench.context import Context
from bench.figures import plain
from bench.load import Result
from bench.messages import paged
from bench.processes import BenchError, pause
from bench.sets import AfterwordSet
from bench.table import Row, less_is_better

NAME = "backlog"
SLICES, PAGES = 10, 100
MOST_GROWTH_MB = 4.0
# Unchanged within what two runs of the same thing differ by on a shared machine.
MOST_SLOWER = 1.3
DRAIN_SECONDS = 1_000.0


def run(context: Context) -> list[Row]:
    """Pile up, watching Redis and the acks; then start a worker and watch the order."""
    number = context.size(100_000, 4_000)
    place = context.fresh("backlog")
    with redis_server.serve(place / "redis") as redis:
        members = AfterwordSet(place, redis=redis)
        members.migrate()
        with members.web():
            acks, memory = _pile_up(context, members, redis, number)
            with members.worker():
                strays, seconds = _drain(context, members, number)
    return [_memory(number, memory), _latency(acks), _order(number, strays, seconds)]


def _pile_up(
    context: Context, members: AfterwordSet, redis: int, number: int
) -> tuple[list[Result], list[int]]:
    blocks = list(paged(number, PAGES))
    acks, memory = [], []
    for index in range(SLICES):
        context.say(f"backlog: {number // SLICES * (index + 1):,} of {number:,} events")
        part = blocks[index * len(blocks) // SLICES : (index + 1) * len(blocks) // SLICES]
        comments = [one for page, block in part for one in context.comments(page, block)]
        acks.append(members.post(comments))
        if not acks[-1].only(202):
            raise BenchError(f"the backlog was not taken: {acks[-1].problems(202)}")
        # The relay looks once a second where it isn't woken.
        pause(1.5)
        memory.append(redis_server.used_memory(redis))
    return acks, memory


def _drain(context: Context, members: AfterwordSet, number: int) -> tuple[int, float]:
    """Give the worst number of pages begun out of order, and the seconds to the end."""
    blocks = list(paged(number, PAGES))
    sizes = {page: len(block) for page, block in blocks}
    worst, began = 0, perf_counter()
    with Caller(members.port) as caller:
        while (done := sum((found := counts(caller, list(sizes))).values())) < number:
            worst = max(worst, strays([found[page] for page in sizes], list(sizes.values())))
            if perf_counter() - began > DRAIN_SECONDS:
                raise BenchError(f"{done:,} of {number:,} events were drained in time")
            context.say(f"backlog: {done:,} of {number:,} drained")
            pause(2)
    return worst, perf_counter() - began


def strays(found: list[int], sizes: list[int]) -> int:
    """Count the pages begun although two or more before them are unfinished.

    One page may be finishing while the next begins: several events are in flight at a time.
    """
    unfinished = 0
    out_of_order = 0
    for have, size in zip(found, sizes, strict=True):
        out_of_order += have > 0 and unfinished >= 2
        unfinished += have < size
    return out_of_order


def _memory(number: int, memory: list[int]) -> Row:
    # The first slice fills the window in flight; from then on nothing may be added.
    growth = (max(memory) - memory[0]) / 1e6
    return Row(
        scenario=NAME,
        what=f"Redis grows while {number:,} events wait",
        ours=growth,
        unit="MB",
        target=f"<= {plain(MOST_GROWTH_MB)} MB (flat)",
        met=growth <= MOST_GROWTH_MB,
        note=f"{plain(memory[0] / 1e6)} MB after a tenth, {plain(memory[-1] / 1e6)} MB after all",
    )


def _latency(acks: list[Result]) -> Row:
    first, last = acks[0].p50, acks[-1].p50
    return Row(
        scenario=NAME,
        what="p50 of an ack, last tenth beside the first",
        ours=last,
        unit="ms",
        peer=first,
        peer_name="own first tenth",
        ratio=less_is_better(last, first),
        target=f"<= {MOST_SLOWER} x the first",
        met=last <= MOST_SLOWER * first,
        note=f"p99 {plain(acks[0].p99)} ms, then {plain(acks[-1].p99)} ms",
    )


def _order(number: int, strays: int, seconds: float) -> Row:
    return Row(
        scenario=NAME,
        what="pages drained out of the order of arrival",
        ours=float(strays),
        unit=f"of {PAGES}",
        target="0",
        met=strays == 0,
        note=f"drained in {seconds:.0f} s, {plain(number / seconds)}/s",
    )
