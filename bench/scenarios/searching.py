"""Search through the whole set: how soon a post is found, how long queries and rebuilds take."""

import random
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import NamedTuple
from urllib.parse import quote

from bench import elasticsearch_server
from bench.calls import Caller
from bench.context import Context
from bench.figures import percentile, plain
from bench.load import Load, Result, send
from bench.messages import get, post_published
from bench.processes import finish, pause, until
from bench.sets import COMMAND, AfterwordSet, web_and_worker
from bench.table import Row, at_most

CLIENTS = 8
FOUND_MS = 2_000.0
QUERY_MS = {"fts5": 25.0, "elasticsearch": 30.0}
_POLL_SECONDS = 0.02
_MOST_ROUNDS = 6
_HARDLY = 1.05
_WORDS_EACH = 60


class Engine(NamedTuple):
    """An engine, the scenario that measures it, and the settings that choose it."""

    kind: str
    scenario: str
    settings: Mapping[str, str]


def run_fts5(context: Context) -> list[Row]:
    """Measure the embedded engine."""
    return _run(context, Engine("fts5", "search", {}))


def run_elasticsearch(context: Context) -> list[Row]:
    """Measure Elasticsearch."""
    with elasticsearch_server.serve() as server:
        settings = {
            elasticsearch_server.URL: server.url,
            "AFTERWORD_ELASTICSEARCH_INDEX": server.prefix,
        }
        return _run(context, Engine("elasticsearch", "search-elasticsearch", settings))


def _run(context: Context, engine: Engine) -> list[Row]:
    """Index many short posts, rebuild, query from many clients, then publish one post at a time."""
    number, single = context.size(11_000, 500), context.size(60, 10)
    words, chance = _words(), random.Random(1)  # noqa: S311 - the same texts every time
    bodies = [" ".join(chance.choices(words, weights=_ZIPF, k=_WORDS_EACH)) for _ in range(number)]
    context.say(f"{engine.scenario}: {number} posts, queries, single posts")
    with web_and_worker(context.fresh("search"), **engine.settings) as members:
        taken = _fill(members, bodies)
        rebuilt = _rebuild(members)
        queries = [" ".join(chance.sample(words[:2000], 2)) for _ in range(context.size(2000, 200))]
        asked = [get(f"/api/search?q={quote(each)}") for each in queries]
        result = _steady(Load(members.port, asked, CLIENTS, within=60.0))
        waits = [_found_after(members, number + each) for each in range(single)]
    count = plain(number)
    return [
        Row(engine.scenario, "posts stored and indexed", number / taken, "/s", "", None),
        Row(engine.scenario, f"rebuild of {count} posts", number / rebuilt, "/s", "", None),
        _queries(result, engine, count, context.pace()),
        _waits(waits, engine),
    ]


def _steady(load: Load) -> Result:
    """Both engines get faster for a while: one compiles, the other fills its caches.

    The round that is hardly faster than the one before counts, as for a server that has run for a day.
    """
    result = send(load)
    for _ in range(_MOST_ROUNDS):
        before, result = result, send(load)
        if result.rate < _HARDLY * before.rate:
            break
    return result


def _queries(result: Result, engine: Engine, count: str, pace: float) -> Row:
    limit = at_most(QUERY_MS[engine.kind], "ms", pace)
    return Row(
        scenario=engine.scenario,
        what=f"query, p95 of {CLIENTS} clients, {count} posts",
        ours=result.p95,
        unit="ms",
        target=limit.text,
        met=result.only(200) and result.p95 <= limit.limit,
        note=f"p50 {plain(result.p50)} ms, {plain(result.rate)}/s {result.problems(200)}",
    )


def _waits(waits: Sequence[float], engine: Engine) -> Row:
    p95 = percentile(waits, 0.95)
    return Row(
        scenario=engine.scenario,
        what="event received to hit returned, p95",
        ours=p95,
        unit="ms",
        target=f"<= {plain(FOUND_MS)} ms",
        met=p95 <= FOUND_MS,
        note=f"p50 {plain(percentile(waits, 0.5))} ms",
    )


def _fill(members: AfterwordSet, bodies: Sequence[str]) -> float:
    began = perf_counter()
    requests = [post_published(number, body) for number, body in enumerate(bodies)]
    result = send(Load(members.port, requests, 32))
    if not result.only(202):
        raise RuntimeError(f"posts were refused: {result.problems(202)}")
    _wait_for(members, len(bodies))
    return perf_counter() - began


def _wait_for(members: AfterwordSet, number: int) -> None:
    with Caller(members.port) as caller:
        if not until(lambda: _total(caller, "") >= number, within=900, every=0.5):
            raise RuntimeError(f"{_total(caller, '')} of {number} posts are found")


def _total(caller: Caller, text: str) -> int:
    return int(caller.get(f"/api/search?size=1&q={quote(text)}").json()["total"])


def _rebuild(members: AfterwordSet) -> float:
    began = perf_counter()
    finish([*COMMAND, "index", "rebuild"], env=members.env)
    return perf_counter() - began


def _found_after(members: AfterwordSet, number: int) -> float:
    """Milliseconds from sending a post until a search returns it."""
    word = f"uniqueword{number}"
    request = post_published(number, f"A post with {word} in it.")
    began = perf_counter()
    send(Load(members.port, [request], 1))
    with Caller(members.port) as caller:
        while not _total(caller, word):
            if perf_counter() - began > 30:
                raise RuntimeError(f"{word} was not found within 30 s")
            pause(_POLL_SECONDS)
    return (perf_counter() - began) * 1000


def _words() -> list[str]:
    """Words of no language, as many as a large blog has; the first ones are the frequent ones."""
    chance = random.Random(2)  # noqa: S311 - the same words every time
    syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000)]


_ZIPF = [1 / (rank + 10) for rank in range(20_000)]
"""How often each word is used (Zipf's law, as texts have it)."""
