"""The scenarios, each one module with a bounded count and a bounded time.

A scenario's `run` takes the context and gives its rows. It raises BenchError (or OSError, or
RuntimeError from a load) where it can't be measured; `SECONDS` is when it is given up.
"""

from collections.abc import Callable
from typing import NamedTuple

from bench.context import Context
from bench.scenarios import (
    acks,
    backlog,
    client,
    graph_cost,
    idle,
    indexing,
    mixed,
    publishing,
    relevance,
    searching,
    sets,
    start,
    thread,
)
from bench.table import Row


class Scenario(NamedTuple):
    """One scenario: what it measures, and the seconds after which it is given up."""

    run: Callable[[Context], list[Row]]
    seconds: int


SCENARIOS = {
    "client": Scenario(client.run, 120),
    "acks": Scenario(acks.run, 300),
    "publishing": Scenario(publishing.run, 600),
    "backlog": Scenario(backlog.run, 1500),
    "thread": Scenario(thread.run, 300),
    "mixed": Scenario(mixed.run, 240),
    "relevance": Scenario(relevance.run_fts5, 300),
    "relevance-elasticsearch": Scenario(relevance.run_elasticsearch, 600),
    "search": Scenario(searching.run_fts5, 1200),
    "search-elasticsearch": Scenario(searching.run_elasticsearch, 1200),
    "sets": Scenario(sets.run, 300),
    "indexing": Scenario(indexing.run, 600),
    "graph-cost": Scenario(graph_cost.run, 900),
    "idle": Scenario(idle.run, 300),
    "start": Scenario(start.run, 600),
}
