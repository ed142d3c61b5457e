"""Reads beside writes: a thread of 50 comments read over 16 connections while 50/s arrive.

The comments that arrive go to other pages, so the thread that is read keeps its 50.
"""

from itertools import repeat

from bench import isso
from bench.context import Context
from bench.figures import plain
from bench.load import Load, Result, Running
from bench.messages import get, webhook
from bench.messages import isso as to_isso
from bench.sets import web_and_worker
from bench.table import Row, at_least, at_most, less_is_better, more_is_better

NAME = "mixed"
PAGE = "/posts/read/"
READERS, WRITERS, WRITES_PER_SECOND = 16, 4, 50
READS, P99_MS = 2_000, 30.0
# A write is starved where its answer takes a second, or where it isn't published soon after.
SLOWEST_WRITE_MS, PUBLISHED_WITHIN = 1_000.0, 60.0


def run(context: Context) -> list[Row]:
    """Read and write at the same time, ours first, then Isso."""
    seconds = context.size(10, 3)
    comments = context.comments(PAGE, range(50))
    arriving = [
        context.comments(f"/posts/w{number % 20:02d}/", range(number, number + 1))[0]
        for number in range(100, 100 + WRITES_PER_SECOND * seconds)
    ]
    pages = sorted({comment.page for comment in arriving})
    context.say("mixed: reads beside writes, Afterword, then Isso")
    with web_and_worker(context.fresh("mixed")) as members:
        members.fill(comments)
        writes = [webhook(comment) for comment in arriving]
        reads, written = _both(members.port, f"/api/comments?page={PAGE}", writes, seconds)
        members.settle(pages, len(arriving), within=PUBLISHED_WITHIN)
    with isso.serve(context.fresh("isso")) as port:
        isso.fill(port, comments)
        # Isso makes a thread at its first comment and takes its time: before the clock starts.
        for page in pages:
            isso.fill(port, context.comments(page, range(2)))
        theirs, _ = _both(port, f"/?uri={PAGE}", [to_isso(one) for one in arriving], seconds)
    return _rows(reads, written, theirs, context.pace())


def _both(port: int, target: str, writes: list[bytes], seconds: int) -> tuple[Result, Result]:
    reading = Load(port, repeat(get(target)), READERS, within=seconds)
    writing = Load(port, writes, WRITERS, rate=WRITES_PER_SECOND, within=seconds * 2.0)
    with Running(reading) as readers, Running(writing) as writers:
        return readers.result(), writers.result()


def _rows(reads: Result, writes: Result, theirs: Result, pace: float) -> list[Row]:
    rate, p99 = at_least(READS, "/s", pace), at_most(P99_MS, "ms", pace)
    return [
        _row(
            "thread of 50 read beside 50 writes/s",
            (reads.rate, theirs.rate, more_is_better(reads.rate, theirs.rate), "/s"),
            target=rate.text,
            met=reads.only(200) and reads.rate >= rate.limit,
            note=f"{plain(reads.received / reads.answered)} bytes an answer {reads.problems(200)}",
        ),
        _row(
            "p99 of those reads",
            (reads.p99, theirs.p99, less_is_better(reads.p99, theirs.p99), "ms"),
            target=p99.text,
            met=reads.p99 <= p99.limit,
        ),
        _slowest(writes),
    ]


def _slowest(writes: Result) -> Row:
    return Row(
        scenario=NAME,
        what="slowest of the writes beside them",
        ours=writes.worst,
        unit="ms",
        target=f"all 202, <= {plain(SLOWEST_WRITE_MS)} ms",
        met=writes.only(202) and writes.worst <= SLOWEST_WRITE_MS,
        note=f"p99 {plain(writes.p99)} ms, counted from when each was due {writes.problems(202)}",
    )


def _row(
    what: str, figures: tuple[float, float, float, str], *, target: str, met: bool, note: str = ""
) -> Row:
    ours, peer, ratio, unit = figures
    name = f"Isso {isso.VERSION}"
    return Row(NAME, what, ours, unit, target, met, peer, name, ratio, note)
