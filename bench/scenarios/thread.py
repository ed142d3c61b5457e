"""Reading a thread of 1,000 comments, one reader at a time, nothing cached.

Before every read a comment is added, so whatever either side keeps of the thread is out of date.
The thread is flat on both sides: nesting costs Isso more.
"""

from time import perf_counter

from bench import isso
from bench.calls import Caller, Reply, size, thread
from bench.context import Context
from bench.figures import median
from bench.messages import Comment
from bench.processes import BenchError
from bench.sets import AfterwordSet, web_and_worker
from bench.table import Row, less_is_better, more_is_better

NAME = "thread"
PAGE = "/posts/thread/"
TIMES_ISSO = 50
# Checking an ETag costs a fraction of making the page; as much as half would mean it was made.
TIMES_OWN = 2


def run(context: Context) -> list[Row]:
    """Read in turn from ours and from Isso, then ask ours again with the ETag."""
    number, rounds = context.size(1_000, 200), context.size(15, 3)
    comments = context.comments(PAGE, range(number + rounds))
    first, later = comments[:number], comments[number:]
    with (
        web_and_worker(context.fresh("thread")) as members,
        isso.serve(context.fresh("isso")) as port,
    ):
        context.say(f"thread: posting {number} comments to both")
        members.fill(first)
        isso.fill(port, first)
        ours, theirs = [], []
        encodings: set[str] = set()
        for one in later:
            parts = _read_ours(members, one)
            ours.append(sum(part.seconds for part in parts) * 1000)
            encodings.update(part.headers.get("content-encoding", "none") for part in parts)
            theirs.append(_read_isso(port, one) * 1000)
        unchanged = _ask_again(members)
    return [_full(number, ours, theirs, encodings), _unchanged(ours, unchanged)]


def _read_ours(members: AfterwordSet, comment: Comment) -> list[Reply]:
    expected = members.published([PAGE]) + 1
    members.post([comment], connections=1)
    members.settle([PAGE], expected, within=30)
    with Caller(members.port) as caller:
        caller.get("/livez")
        parts = thread(caller, PAGE)
    found = sum(size(part.json()["comments"]) for part in parts)
    if found != expected:
        raise BenchError(f"the thread of {expected} comments was answered with {found}")
    return parts


def _read_isso(port: int, comment: Comment) -> float:
    isso.fill(port, [comment])
    with Caller(port) as caller:
        began = perf_counter()
        reply = caller.get(f"/?uri={PAGE}")
        seconds = perf_counter() - began
    if reply.status != 200:
        raise BenchError(f"Isso answered its thread with {reply.status}")
    return seconds


def _ask_again(members: AfterwordSet) -> list[Reply]:
    with Caller(members.port) as caller:
        target = f"/api/comments?page={PAGE}"
        tag = caller.get(target).headers.get("etag", "")
        return [caller.get(target, {"If-None-Match": tag}) for _ in range(20)]


def _full(number: int, ours: list[float], theirs: list[float], encodings: set[str]) -> Row:
    mine, peer = median(ours), median(theirs)
    ratio = less_is_better(mine, peer)
    packed = "none" not in encodings
    return Row(
        scenario=NAME,
        what=f"whole thread of {number:,}, nothing cached",
        ours=mine,
        unit="ms",
        peer=peer,
        peer_name=f"Isso {isso.VERSION}",
        ratio=ratio,
        target=f">= {TIMES_ISSO} x, compressed",
        met=packed and ratio >= TIMES_ISSO,
        note=f"content-encoding: {', '.join(sorted(encodings))}",
    )


def _unchanged(full: list[float], replies: list[Reply]) -> Row:
    mine, own = median([reply.seconds * 1000 for reply in replies]), median(full)
    ratio = more_is_better(own, mine)
    bare = all(reply.status == 304 and not reply.body for reply in replies)
    return Row(
        scenario=NAME,
        what="the same, unchanged since (ETag)",
        ours=mine,
        unit="ms",
        peer=own,
        peer_name="own full answer",
        ratio=ratio,
        target=f"304, >= {TIMES_OWN} x",
        met=bare and ratio >= TIMES_OWN,
    )
