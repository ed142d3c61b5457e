"""What every answer gets: an id, safe headers, CORS for the site's own pages, problems for errors."""

import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from pipeline.api.edge import Edge
from pipeline.api.exchange import Answer, Call
from pipeline.errors import UnavailableError
from pipeline.problems import PROBLEMS, ProblemError
from tests.support.world import World
from tests.unit.api.reading import URL, get

ADDRESSES = (
    "/",
    "/livez",
    "/metrics",
    "/avatars/abcdefghijkl.svg",
    "/feeds/comments.atom",
    URL,
    "/api/comments/counts?page=/",
    "/api/openapi.json",
    "/nothing",
    "/api/nothing",
)
OWN = frozenset({b"https://blog.example"})


async def silent(_scope: Any, _receive: Any, _send: Any) -> None:
    raise AssertionError


def edge(error: Exception) -> Edge:
    async def door(_call: Call) -> Answer:
        raise error

    return Edge({"/api/x": door}, silent, OWN)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_an_id_and_safe_headers(bare_api: Edge, address: str) -> None:
    headers = get(bare_api, address, x_request_id="abc-1").headers
    assert headers[b"x-request-id"] == b"abc-1"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"content-security-policy"].startswith(b"default-src 'none'")
    assert b"referrer-policy" in headers


@pytest.mark.parametrize("given", ["a b", "x" * 65, "a\r\nset-cookie: x", "ä"])
def test_a_request_id_that_could_harm_is_replaced(bare_api: Edge, given: str) -> None:
    for address in (URL, "/livez"):
        sent = get(bare_api, address, x_request_id=given).headers[b"x-request-id"]
        assert sent not in (b"", given.encode("latin-1"))
        assert re.fullmatch(rb"[a-zA-Z0-9._-]{1,64}", sent)


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_a_body(bare_api: Edge, address: str) -> None:
    asked, told = get(bare_api, address, "HEAD"), get(bare_api, address)
    assert (asked.status, asked.body) == (told.status, b"")
    assert asked.headers.keys() == told.headers.keys()


@pytest.mark.parametrize("address", [a for a in ADDRESSES if "nothing" not in a])
def test_another_method_is_not_allowed(bare_api: Edge, address: str) -> None:
    reply = get(bare_api, address, "DELETE")
    assert (reply.status, reply.json()["type"]) == (405, "/problems/method-not-allowed")
    assert b"GET" in reply.headers[b"allow"]


@pytest.mark.parametrize("origin", ["https://blog.example", "https://www.blog.example"])
def test_pages_of_the_site_may_read_the_api(bare_api: Edge, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        headers = get(bare_api, URL, method, origin=origin).headers
        assert headers[b"access-control-allow-origin"] == origin.encode()
        assert b"access-control-allow-credentials" not in headers
        assert b"Origin" in headers[b"vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "*",
        "https://blog.example.evil.example",
        "https://evil-blog.example",
        "https://blog.example:444",
        "http://blog.example",
        "HTTPS://BLOG.EXAMPLE",
        "https://blog.example/",
        "https://blog.example https://evil.example",
    ],
)
def test_other_pages_may_not(bare_api: Edge, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        reply = get(bare_api, URL, method, origin=origin)
        assert b"access-control-allow-origin" not in reply.headers
        assert b"Origin" in reply.headers[b"vary"]


def test_a_preflight_says_what_may_be_asked(bare_api: Edge) -> None:
    reply = get(bare_api, "/api/comments/counts", "OPTIONS", origin="https://blog.example")
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers[b"access-control-allow-methods"] == b"GET, HEAD, OPTIONS"


def test_what_is_outside_the_api_is_for_no_other_origin(bare_api: Edge) -> None:
    headers = get(bare_api, "/livez", origin="https://blog.example").headers
    assert b"access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (ProblemError("invalid", "wrong"), 422, None),
        (UnavailableError("full", retry_after=7), 503, b"7"),
        (OperationalError("SELECT secret", {}, Exception("secret")), 503, b"2"),
        (RuntimeError("secret"), 500, None),
    ],
)
def test_an_error_is_a_problem_that_gives_nothing_away(
    error: Exception, status: int, retry: bytes | None
) -> None:
    reply = get(edge(error), "/api/x", origin="https://blog.example")
    assert reply.status == status
    assert reply.headers.get(b"retry-after") == retry
    assert reply.headers[b"access-control-allow-origin"] == b"https://blog.example"
    assert b"secret" not in reply.body
    name = reply.json()["type"].removeprefix("/problems/")
    assert PROBLEMS[name][0] == status


def test_a_database_that_is_gone_is_unavailable_everywhere(world: World, api: Edge) -> None:
    with world.database.write_relaxed() as db:
        for table in ("thread", "comment"):
            db.exec_driver_sql(f"ALTER TABLE {table} RENAME TO lost_{table}")
    for address in (URL, "/api/comments/counts?page=/", "/feeds/comments.atom"):
        reply = get(api, address)
        assert reply.status == 503
        assert reply.json()["type"] == "/problems/unavailable"
        assert b"thread" not in reply.body
    assert get(api, "/metrics").status == 200


def test_an_answer_cut_short_breaks_the_connection() -> None:
    async def breaks(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        get(Edge({}, breaks, OWN), "/x")


def test_what_is_no_http_is_left_to_the_application_behind() -> None:
    seen: list[str] = []

    async def behind(scope: Any, _receive: Any, send: Any) -> None:
        seen.append(scope["type"])
        await send({"type": "start", "status": 200, "headers": []})

    async def lifespan(scope: Any, receive: Any, send: Any) -> None:
        await Edge({}, behind, OWN)({**scope, "type": "lifespan"}, receive, send)

    get(lifespan, "/")
    assert seen == ["lifespan"]
