"""What is not published can be seen nowhere, whichever engine is asked and whichever way."""

import re
from datetime import timedelta

import pytest

from pipeline.api.app import make_api
from pipeline.api.edge import Edge
from pipeline.settings import Site
from pipeline.settings.contents import HugoContent
from tests.support.asgi import call
from tests.support.surveys import write
from tests.support.world import World

SECRET = "Zephyrous"
TAG = "secretly"
QUESTIONS = (
    *("zephyrous", "zephyrus", "zephirous", '"zephyrous"', "zeph&typing=1", "marmalade zephyrous"),
    *("marmalade", "", "&tag=secretly", "tag:secretly", "&section=buried", "&year=1999"),
)


@pytest.fixture
def world(search_world: World) -> World:
    """One post is to be seen. The others are still to come, over, removed, taken back by an edit."""
    world = search_world
    hidden = {"title": f"Marmalade, {SECRET}", "tags": [TAG], "section": "buried"}
    in_1999 = {"published_at": "1999-01-01T00:00:00Z"}
    hours = {n: (world.clock() + timedelta(hours=n)).isoformat() for n in (1, 99)}
    world.publish("seen", title="Marmalade")
    world.publish("also", title="Marmalade again")
    world.publish("future", **hidden, published_at=hours[99])
    world.publish("expired", **hidden, **in_1999, expires_at=hours[1])
    for post_id in ("removed", "edited", "called-back"):
        world.publish(post_id, **hidden, **in_1999)
    world.work()
    assert len(world.find(SECRET)) == 4
    world.remove("removed")
    world.publish("edited", title="Marmalade, mended")
    world.publish("called-back", **hidden, published_at=hours[99])
    world.clock.advance(hours=2)
    world.work()
    return world


@pytest.fixture
def api(world: World) -> Edge:
    return make_api(world.container, "memory://")


def body(api: Edge, path: str, query: str) -> str:
    """What is answered, without what was asked."""
    reply = call(api, path, method="GET", query=query)
    assert reply.status == 200, path
    return reply.body.decode().lower()


def test_neither_the_api_nor_the_page_shows_counts_or_suggests_it(api: Edge) -> None:
    for question in QUESTIONS:
        text, _, more = question.partition("&")
        told = body(api, "/api/search", f"q={text}&{more}")
        shown = body(api, "/search", f"q={text}&{more}")
        # The page repeats what it was asked, in its field and in its links.
        for asked in (*re.findall(r"\w+", text), more.partition("=")[2] or "-"):
            shown = shown.replace(asked, "")
        for secret in (SECRET.lower(), TAG, "buried", "1999"):
            assert secret not in told, question
            assert secret not in shown, question


def test_no_post_is_related_to_it_nor_is_it_to_any(api: Edge) -> None:
    for post_id in ("seen", "also", "edited"):
        said = body(api, "/api/search/related", f"id={post_id}")
        assert SECRET.lower() not in said
    for post_id in ("future", "expired", "removed", "called-back"):
        assert body(api, "/api/search/related", f"id={post_id}") == '{"hits":[]}'


def test_no_link_leads_to_it(api: Edge) -> None:
    for post_id in ("future", "expired", "removed", "called-back"):
        query = f"q=x&id={post_id}"
        assert call(api, "/search/to", method="GET", query=query).status == 404
    assert call(api, "/search/to", method="GET", query="q=x&id=seen").status == 303


def test_it_is_as_hidden_after_a_rebuild_and_in_every_generation(world: World) -> None:
    world.container.index.rebuild.run()
    engine = world.container.index.engine

    assert world.find(SECRET) == []
    (live,) = (each.name for each in engine.generations() if each.live)
    held = [entry.key for entry in engine.entries(live, after="", size=50) if entry.digest]
    assert held == ["blog/also", "blog/edited", "blog/seen"]


def test_a_draft_is_nowhere(search_world: World) -> None:
    """Also one that was a post before."""
    home = search_world.settings.home
    header = '+++\ntitle = "Marmalade"\ndate = 2026-01-01\n'
    site = Site(url="https://blog.example", content=HugoContent(str(home / "content")))
    world = World(search_world.database, search_world.clock, home, sites={"blog": site})
    world.use_engine(search_world.container.index.engine)
    files = {"a.md": header + "+++\nFirst.", "b.md": f"{header}draft = true\n+++\n{SECRET}."}
    write(home / "content", files)
    world.container.syncer.run("blog")
    world.work()
    assert world.find("marmalade") == ["a"]

    write(home / "content", {"a.md": header + f"draft = true\n+++\n{SECRET}."})
    world.container.syncer.run("blog", afresh=True)
    world.work()
    assert world.find("marmalade") == world.find(SECRET) == []
