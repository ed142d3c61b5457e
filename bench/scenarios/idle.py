"""What the whole embedded set costs while it waits: memory and processor time of every process."""

from time import perf_counter

from bench.context import Context
from bench.memory import cpu_seconds, pss, tree
from bench.messages import paged
from bench.processes import pause
from bench.sets import AfterwordSet
from bench.table import Row

NAME = "idle"
MOST_MB, MOST_CPU = 180.0, 2.0
# Long enough for pools to shrink and for what was published to leave the queues.
SETTLE_SECONDS = 10.0


def run(context: Context) -> list[Row]:
    """Start the set, work 1,000 comments through it, then watch it do nothing."""
    number, seconds = context.size(1_000, 100), context.size(60, 10)
    blocks = list(paged(number, 10))
    comments = [one for page, block in blocks for one in context.comments(page, block)]
    members = AfterwordSet(context.fresh("idle"))
    context.say(f"idle: {number} comments, then {seconds} s of nothing")
    with members.up() as program:
        program.wait_for(members.is_ready, within=60)
        members.fill(comments)
        pause(SETTLE_SECONDS)
        pids = tree(program.pid)
        memory = sum(pss(pid) for pid in pids) / 1e6
        before, began = cpu_seconds(pids), perf_counter()
        pause(seconds)
        spent = cpu_seconds(tree(program.pid)) - before
        share = 100 * spent / (perf_counter() - began)
    return [
        _row(f"PSS of {len(pids)} processes", memory, "MB", MOST_MB),
        _row(f"processor time over {seconds} s idle", share, "% of a core", MOST_CPU),
    ]


def _row(what: str, value: float, unit: str, most: float) -> Row:
    return Row(NAME, what, value, unit, f"<= {most:.0f} {unit}", value <= most)
