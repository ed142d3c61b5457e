"""`GET /api/search`: what readers get, and that no query breaks it."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.api.edge import Edge
from pipeline.api.search.parameters import read_click, read_related, read_search
from pipeline.problems import ProblemError
from tests.support.world import World
from tests.unit.api.reading import get


def test_a_hit_carries_what_a_reader_needs(world: World, api: Edge) -> None:
    body = "Intro.\n\n## Lifetimes\n\nThe borrow checker reads *lifetimes* of <b>values</b>."
    world.publish("a", title="On ownership", body=body, tags=["rust"], section="guides")
    world.work()
    reply = get(api, "/api/search?q=lifetimes")
    found = reply.json()

    assert found["total"] == 1
    (hit,) = found["hits"]
    assert hit["id"] == "a"
    assert hit["url"] == "https://blog.example/posts/a/"
    assert hit["anchor"] == "lifetimes"
    assert "<mark>lifetimes</mark>" in hit["highlight"]["body"].lower()
    assert found["facets"]["tags"] == {"rust": 1}
    assert found["facets"]["year"] == {str(world.clock().year): 1}
    assert found["took_ms"] >= 0


def test_a_query_is_narrowed_by_parameters(world: World, api: Edge) -> None:
    world.publish("a", title="Alpha words", tags=["x"], section="one")
    world.publish("b", title="Beta words", tags=["y"], section="two")
    world.work()

    def ids(query: str) -> list[str]:
        return [hit["id"] for hit in get(api, f"/api/search?{query}").json()["hits"]]

    assert ids("q=words&tag=x") == ["a"]
    assert ids("q=words&section=two") == ["b"]
    assert ids(f"q=words&year={world.clock().year - 1}") == []
    assert sorted(ids("q=words")) == ["a", "b"]


def test_pages_follow_each_other_without_gap_or_repeat(world: World, api: Edge) -> None:
    for number in range(7):
        world.publish(f"p{number}", title="Same words")
    world.work()
    seen: list[str] = []
    after = ""
    while True:
        found = get(api, f"/api/search?q=same&size=3{after}").json()
        seen += [hit["id"] for hit in found["hits"]]
        if "next" not in found:
            break
        after = f"&from={found['next']}"
    assert sorted(seen) == [f"p{number}" for number in range(7)]


def test_nothing_found_suggests_something(world: World, api: Edge) -> None:
    world.publish("a", title="Marmalade")
    world.work()
    found = get(api, "/api/search?q=xylophone").json()
    assert found["total"] == 0
    assert [hit["id"] for hit in found["suggestions"]] == ["a"]


def test_what_is_not_published_is_nowhere(world: World, api: Edge) -> None:
    later = world.clock() + timedelta(days=1)
    world.publish("seen", title="Marmalade")
    world.publish("future", title="Quixotic", published_at=later.isoformat(), tags=["secretly"])
    world.publish("gone", title="Zephyrous", tags=["secretly"])
    world.work()
    world.remove("gone")
    world.work()
    for address in (
        "/api/search?q=quixotic",
        "/api/search?q=zephyrous",
        "/api/search?q=quixotc",
        "/api/search?q=&tag=secretly",
        "/api/search?q=marmalade",
        "/api/search/related?id=seen",
        "/search?q=zephyrus",
    ):
        body = get(api, address).body.decode().lower()
        assert "quixotic" not in body.replace("q=quixotic", ""), address
        assert "zephyrous" not in body.replace("q=zephyrous", ""), address
        assert "secretly" not in body.replace("tag=secretly", ""), address
    assert get(api, "/api/search/related?id=future").json() == {"hits": []}
    assert get(api, "/search/to?id=future&q=x").status == 404
    assert get(api, "/search/to?id=gone&q=x").status == 404


def test_odd_parameters_are_told(bare_api: Edge) -> None:
    for query in ("size=0", "size=51", "size=x", "year=soon", "from=!!", "from=WzEsMl0"):
        reply = get(bare_api, f"/api/search?q=a&{query}")
        assert reply.status == 422, query
        assert query.partition("=")[0] in reply.json()["detail"]


def test_no_parameter_brings_a_nul_to_the_database() -> None:
    assert read_click(b"id=a%00b&q=x%00y").id == "a\ufffdb"
    assert read_related(b"page=/%00").page == "/\ufffd"
    assert read_search(b"tag=%00a").tags == ("\ufffda",)


def test_related_posts_are_found_by_page(world: World, api: Edge) -> None:
    world.publish("a", title="Borrow checker", body="Ownership and borrowing of values. " * 5)
    world.publish("b", title="Borrowing", body="Values are borrowed, ownership moves. " * 5)
    world.publish("c", title="Cooking", body="Soup and bread with butter, every day. " * 5)
    world.work()
    found = get(api, "/api/search/related?page=/posts/a/").json()
    assert [hit["id"] for hit in found["hits"]][:1] == ["b"]
    assert get(api, "/api/search/related?page=/nowhere/").status == 404
    assert get(api, "/api/search/related").status == 422


@settings(max_examples=200)
@given(st.binary(max_size=60))
def test_any_query_string_is_read_or_refused(query: bytes) -> None:
    try:
        asked = read_search(query)
    except ProblemError:
        return
    assert 1 <= asked.size <= 50
