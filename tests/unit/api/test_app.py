"""The application as a whole: its pages, its description, and what it never says."""

from pathlib import Path
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.api.app import make_api
from pipeline.api.edge import Edge
from pipeline.api.look import STYLE
from pipeline.api.version import app_version
from pipeline.domain import events
from pipeline.settings import Site
from pipeline.store.database import Database
from tests.support.asgi import Reply
from tests.support.clock import FakeClock
from tests.support.examples import SHARED
from tests.support.world import World
from tests.unit.api.reading import PAGE, URL, get, unzipped

PUBLIC = (
    URL,
    f"{URL}&limit=1",
    f"/api/comments/counts?page={PAGE}",
    "/feeds/comments.atom",
    f"/feeds/comments.atom?page={PAGE}",
    "/",
    "/livez",
    "/readyz",
    "/metrics",
    "/api/openapi.json",
    "/nothing",
)
NEVER = (b"secret.example", b"@", b"198.51.100.7", b"Agent/1")
QUIRKS = settings(SHARED, max_examples=25)
ODD = st.text() | st.binary().map(lambda raw: raw.decode("latin-1"))


def every_answer(api: Edge) -> list[tuple[str, Reply]]:
    return [
        (url, get(api, url, accept=accept, accept_encoding=coding))
        for url in PUBLIC
        for accept in ("*/*", "text/html")
        for coding in ("gzip", "identity")
    ]


def test_addresses_of_people_are_in_no_answer(world: World, api: Edge) -> None:
    private = {"email": "ada@secret.example", "ip": "198.51.100.7", "user_agent": "Agent/1"}
    world.post("c1", **private)
    world.post("c2", "A reply.", parent="c1", name="Bob", **private)
    world.work()
    world.send(events.COMMENT_REMOVED, {"id": "c1"})
    world.work()
    replies = every_answer(api)
    assert any(b"Bob" in unzipped(reply) for _, reply in replies)
    for url, reply in replies:
        everything = unzipped(reply).replace(STYLE.encode(), b"") + b"".join(
            b"".join(pair) for pair in reply.headers.items()
        )
        for word in NEVER:
            assert word not in everything, (url, word)


def test_the_start_page_says_what_this_is_and_loads_nothing(bare_api: Edge) -> None:
    reply = get(bare_api, "/")
    assert reply.status == 200
    assert b"Afterword" in reply.body
    for tag in (b"<script", b"<link", b"<img"):
        assert tag not in reply.body


def test_of_several_sites_each_search_has_its_link(database: Database, tmp_path: Path) -> None:
    both = {name: Site(url=f"https://{name}.example") for name in ("blog", "shop")}
    world = World(database, FakeClock(), tmp_path, sites=both)
    html = get(make_api(world.container, "memory://"), "/").body.decode()
    for name in both:
        assert f'<a href="/search?site={name}">Search {name}.example</a>' in html
    assert 'href="/search"' not in html


def test_the_description_names_every_address_and_resolves(bare_api: Edge) -> None:
    described = get(bare_api, "/api/openapi.json").json()
    hot = {"/api/comments", "/api/comments/counts", "/api/search", "/api/search/related"}
    graph = {"accounts", "compare", "changes", "series", "suggestions", "export"}
    assert set(described["paths"]) == hot | {f"/api/graph/{name}" for name in graph}
    schemas = described["components"]["schemas"]
    answer = described["paths"]["/api/comments"]["get"]["responses"]["200"]
    reference = answer["content"]["application/json"]["schema"]["$ref"]
    assert set(schemas[reference.rpartition("/")[2]]["properties"]) == {
        "page",
        "count",
        "comments",
        "next",
    }


def test_no_page_of_documentation_loads_scripts_from_elsewhere(bare_api: Edge) -> None:
    assert [get(bare_api, url).status for url in ("/docs", "/redoc", "/openapi.json")] == [404] * 3


@QUIRKS
@given(name=st.sampled_from(["page", "site", "after", "limit", "reply"]), value=ODD)
def test_no_query_value_is_answered_with_a_server_error(
    bare_api: Edge, name: str, value: str
) -> None:
    given_ = f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}"
    for url in ("/api/comments", "/api/comments/counts", "/feeds/comments.atom"):
        for query in (given_, f"page=/&{given_}"):
            assert get(bare_api, f"{url}?{query}", accept="text/html").status in {200, 404, 422}


@QUIRKS
@given(
    header=st.sampled_from(["accept", "accept-encoding", "if-none-match", "origin", "referer"]),
    value=st.text(st.characters(max_codepoint=255)),
)
def test_no_header_is_answered_with_a_server_error(bare_api: Edge, header: str, value: str) -> None:
    for url in (URL, f"/api/comments/counts?page={PAGE}", "/feeds/comments.atom"):
        assert get(bare_api, url, **{header: value}).status in {200, 304}


def test_a_tree_that_was_never_installed_has_a_version_too() -> None:
    assert app_version("no-such-distribution") == "source"
