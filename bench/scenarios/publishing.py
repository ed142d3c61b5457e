"""From webhook to published: after a burst of 10,000 comments, and one by one on an idle set."""

from time import perf_counter

from bench.calls import Caller, counts
from bench.context import Context
from bench.figures import percentile, plain
from bench.load import Load, measure, send
from bench.messages import Comment, paged, webhook
from bench.processes import BenchError, pause
from bench.sets import AfterwordSet, web_and_worker
from bench.table import Row, Target, at_least, at_most

NAME = "publishing"
PAGES = 100
# Settings of the worker and comments per second on the machine the targets are from.
WORKERS = {
    "embedded worker (threads)": ({}, 250),
    "two prefork children": (
        {"AFTERWORD_WORKER_POOL": "prefork", "AFTERWORD_WORKER_CONCURRENCY": "2"},
        400,
    ),
}
IDLE_P95_MS = 300.0
BURST_SECONDS = 240.0


def run(context: Context) -> list[Row]:
    """Measure the burst with both kinds of worker, the idle set with the embedded one."""
    rows = []
    pace = context.pace()
    for name, (settings, target) in WORKERS.items():
        context.say(f"publishing, burst: {name}")
        with web_and_worker(context.fresh("publishing"), **settings) as members:
            _wake(context, members)
            if not settings:
                rows.append(_idle(context, members, pace))
            rows.append(_burst(context, members, name, at_least(target, "/s", pace)))
    return rows


def _wake(context: Context, members: AfterwordSet) -> None:
    # The first comment waits until the worker is up; it belongs to no figure.
    members.fill(context.comments("/posts/first/", range(900_000, 900_001)), within=60)


def _burst(context: Context, members: AfterwordSet, name: str, target: Target) -> Row:
    number = context.size(10_000, 600)
    blocks = list(paged(number, PAGES))
    comments = [one for page, block in blocks for one in context.comments(page, block)]
    load = Load(members.port, [webhook(comment) for comment in comments])
    began = perf_counter()
    result = send(load)
    acked = perf_counter() - began
    if not result.only(202):
        raise BenchError(f"the burst was not taken: {result.problems(202)}")
    members.settle([page for page, _ in blocks], number, within=BURST_SECONDS)
    rate = number / (perf_counter() - began)
    return Row(
        scenario=NAME,
        what=f"burst of {number:,}, {name}",
        ours=rate,
        unit="/s",
        target=target.text,
        met=rate >= target.limit,
        note=f"all acked after {acked:.1f} s",
    )


def _idle(context: Context, members: AfterwordSet, pace: float) -> Row:
    times = []
    for number in range(context.size(60, 10)):
        page = f"/posts/idle{number}/"
        comment = context.comments(page, range(910_000 + number, 910_001 + number))[0]
        times.append(_one(members, comment) * 1000)
        # Uneven gaps, so that no timer of the set is met in step.
        pause(0.05 + number % 7 * 0.03)
    p95, target = percentile(times, 0.95), at_most(IDLE_P95_MS, "ms", pace)
    return Row(
        scenario=NAME,
        what="idle, webhook to published, p95",
        ours=p95,
        unit="ms",
        target=target.text,
        met=p95 <= target.limit,
        note=f"p50 {plain(percentile(times, 0.5))} ms, seen by asking every 5 ms",
    )


def _one(members: AfterwordSet, comment: Comment) -> float:
    page = comment.page
    with Caller(members.port) as caller:
        counts(caller, [page])
        began = perf_counter()
        # From this process: to fork one would be timed too.
        measure(Load(members.port, [webhook(comment)], connections=1))
        while counts(caller, [page])[page] < 1:
            if perf_counter() - began > 30:
                raise BenchError(f"the comment on {page} was not published within 30 s")
            pause(0.005)
        return perf_counter() - began
