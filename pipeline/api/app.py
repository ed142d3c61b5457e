"""The HTTP edge out, put together."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from pipeline.api.avatars import avatar
from pipeline.api.brokerage import broker_at
from pipeline.api.counts import CountsDoor
from pipeline.api.edge import Edge
from pipeline.api.exchange import Door
from pipeline.api.feeds import PATH, Feeds
from pipeline.api.graph.doors import graph_doors
from pipeline.api.graph.exporting import ExportRoute
from pipeline.api.graph.guard import Guard
from pipeline.api.health import Readiness, livez, probes_for
from pipeline.api.look import POLICY, STYLE
from pipeline.api.openapi import description
from pipeline.api.pages import fill
from pipeline.api.problems import problem_answer, problem_of
from pipeline.api.scrape import Metrics, Observer
from pipeline.api.search.asking import Searcher
from pipeline.api.search.doors import RelatedDoor, SearchDoor
from pipeline.api.search.page import ClickDoor, SearchPage
from pipeline.api.sites import Sites
from pipeline.api.threads import Run, ThreadDoor
from pipeline.api.version import app_version
from pipeline.bootstrap import Container
from pipeline.domain.public import AVATARS
from pipeline.ingest.graph.questions.service import Questions
from pipeline.problems import ProblemError

READERS = 4
"""Threads that read the database for the hot addresses; reads are short, so few do."""

SEARCHERS = 2
"""Threads that ask the search index: a slow search must not hold up a thread's readers."""

ASKERS = 2
"""Threads that answer questions about follow graphs: a long list must not hold up other readers."""


def make_api(container: Container, redis_url: str) -> Edge:
    """The ASGI application for everything that is read."""
    sites = Sites(container.settings)
    run = _runner(ThreadPoolExecutor(READERS, thread_name_prefix="reader"))
    doors: dict[str, Door] = {
        "/api/comments": ThreadDoor(container.database, sites, container.clock, run),
        "/api/comments/counts": CountsDoor(container.database, sites, run),
        **_search_doors(container, sites),
        **_graph_doors(container),
    }
    return Edge(doors, make_pages(container, sites, redis_url), sites.origins)


def _search_doors(container: Container, sites: Sites) -> dict[str, Door]:
    run = _runner(ThreadPoolExecutor(SEARCHERS, thread_name_prefix="searcher"))
    searcher = Searcher(container.index.engine, container.journal, container.clock)
    return {
        "/api/search": SearchDoor(searcher, sites, run),
        "/api/search/related": RelatedDoor(searcher, container.database, sites, run),
        "/search": SearchPage(searcher, sites, run),
        "/search/to": ClickDoor(container.journal, container.database, sites, run),
    }


def _graph_doors(container: Container) -> Mapping[str, Door]:
    run = _runner(ThreadPoolExecutor(ASKERS, thread_name_prefix="asker"))
    questions = Questions(container.database)
    return graph_doors(questions, Guard(container.settings), container.clock, run)


def make_pages(container: Container, sites: Sites, redis_url: str) -> Starlette:
    """Everything that is not hot."""
    app = Starlette()
    app.router.redirect_slashes = False
    broker = broker_at(redis_url, time.monotonic)
    app.add_route("/", _status_page(sites, sorted(container.settings.sites)))
    app.add_route("/livez", livez)
    app.add_route("/readyz", Readiness(probes_for(container.database, broker.check)).__call__)
    app.add_route("/metrics", Metrics(Observer(container, time.monotonic), broker).__call__)
    app.add_route(AVATARS, avatar)
    app.add_route(PATH, Feeds(container.database, sites).__call__)
    app.add_route("/api/openapi.json", _described())
    guard = Guard(container.settings)
    export = ExportRoute(container.database, guard, container.clock, container.settings.home)
    app.add_route("/api/graph/export", export.__call__)
    for kind in (HTTPException, ProblemError, Exception):
        app.add_exception_handler(kind, _as_problem)
    return app


def _runner(pool: ThreadPoolExecutor) -> Run:
    async def run(function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)

    return run


def _status_page(sites: Sites, names: list[str]) -> Callable[[Request], Any]:
    hosts = [(name, sites.host(name)) for name in names]
    page = fill("status.html", style=STYLE, version=app_version(), sites=hosts)

    async def status(_request: Request) -> Response:
        return HTMLResponse(page, headers={"content-security-policy": POLICY})

    return status


def _described() -> Callable[[Request], Any]:
    answer = description(app_version())

    async def described(_request: Request) -> Response:
        return JSONResponse(answer)

    return described


async def _as_problem(_request: Request, error: Exception) -> Response:
    answer = problem_answer(problem_of(error))
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    given = error.headers if isinstance(error, HTTPException) else None
    return Response(answer.body, answer.status, headers | dict(given or {}))
