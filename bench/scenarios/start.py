"""`make up` for the second time: how long until web and worker do their work."""

from collections.abc import Callable
from time import perf_counter

from bench.context import Context
from bench.figures import median, plain
from bench.load import Load, measure
from bench.messages import webhook
from bench.processes import BenchError, Program, until
from bench.sets import AfterwordSet
from bench.table import Row, at_most

NAME = "start"
MOST_SECONDS = 3.0
# The first start may build the virtual environment.
FIRST_SECONDS = 400.0


def run(context: Context) -> list[Row]:
    """Start once to make the state, then again and again on it."""
    members = AfterwordSet(context.fresh("start"))
    pace = context.pace()
    context.say("start: the first `make up`, then the ones that count")
    _start(context, members, 0, within=FIRST_SECONDS)
    times = [
        _start(context, members, number, within=60) for number in range(1, 1 + context.size(5, 2))
    ]
    target = at_most(MOST_SECONDS, "s", pace)
    ready = median([web for web, _ in times])
    worked = median([worker for _, worker in times])
    return [
        Row(
            scenario=NAME,
            what="second `make up`: a comment posted at once is published",
            ours=worked,
            unit="s",
            target=target.text,
            met=worked <= target.limit,
            note=f"web answers /readyz after {plain(ready)} s; what is timed includes `make`",
        )
    ]


def _start(
    context: Context, members: AfterwordSet, number: int, *, within: float
) -> tuple[float, float]:
    """Give the seconds until /readyz answers and until a comment went all the way through."""
    page = f"/posts/start{number}/"
    comments = context.comments(page, range(number, number + 1))
    began = perf_counter()
    log = members.place / "make-up.log"
    with Program(["make", "up"], log=log, env=members.env, grace=90.0) as program:
        program.wait_for(members.is_ready, within=within)
        ready = perf_counter() - began
        request = webhook(comments[0])
        _wait(members, lambda: _taken(members, request), "the comment was not taken")
        _wait(members, lambda: members.published([page]) > 0, "nothing was published")
        worked = perf_counter() - began
        # Make hands it on and waits. Not SIGINT: a shell has its background jobs ignore that.
        program.stop()
    return ready, worked


def _taken(members: AfterwordSet, request: bytes) -> bool:
    try:
        result = measure(Load(members.port, [request], connections=1))
        return result.only(202) or result.only(200)  # 200: it was taken before, unanswered
    except (OSError, ValueError):  # a server that is starting or closing
        return False


def _wait(members: AfterwordSet, done: Callable[[], bool], trouble: str) -> None:
    if not until(done, within=60):
        raise BenchError(f"{trouble} within 60 s: see {members.place}")
