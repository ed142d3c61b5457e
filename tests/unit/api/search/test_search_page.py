"""`GET /search`: the page without JavaScript."""

from pipeline.api.edge import Edge
from tests.support.world import World
from tests.unit.api.reading import get


def page(api: Edge, query: str = "") -> str:
    reply = get(api, f"/search?{query}")
    assert reply.status == 200
    assert reply.headers[b"content-type"].startswith(b"text/html")
    assert b"script" not in reply.headers[b"content-security-policy"]
    return reply.body.decode()


def test_hits_link_through_the_click_counter_to_their_heading(world: World, api: Edge) -> None:
    world.publish("a", title="Words", body="Intro.\n\n## Deep\n\nThe marmalade is here.")
    world.work()
    html = page(api, "q=marmalade")
    assert "<mark>marmalade</mark>" in html
    assert "/search/to?q=marmalade&amp;id=a&amp;anchor=deep&amp;site=blog" in html

    reply = get(api, "/search/to?q=marmalade&id=a&anchor=deep&site=blog")
    assert reply.status == 303
    assert reply.headers[b"location"] == b"https://blog.example/posts/a/#deep"


def test_no_text_becomes_markup(world: World, api: Edge) -> None:
    world.publish(
        "a", title="<script>alert(1)</script> words", body="<img src=x onerror=alert(1)> words"
    )
    world.work()
    html = page(api, "q=words%22%3E%3Cscript%3E&tag=%3Cscript%3E")
    assert "<script" not in html + page(api, "q=words")
    assert "<img" not in html + page(api, "q=words")


def test_filters_can_be_taken_off_again(world: World, api: Edge) -> None:
    world.publish("a", title="Words", tags=["x"])
    world.publish("b", title="Words", tags=["y"])
    world.work()
    assert 'href="/search?q=words&amp;tag=x"' in page(api, "q=words")
    narrowed = page(api, "q=words&tag=x")
    assert "1 post<" in narrowed
    assert '(<a href="/search?q=words">remove</a>)' in narrowed
    assert 'name="tag" value="x"' in narrowed


def test_without_a_query_the_newest_posts_are_shown(world: World, api: Edge) -> None:
    world.publish("old", title="Old words", published_at="2020-01-01T00:00:00Z")
    world.publish("new", title="New words")
    world.work()
    html = page(api)
    assert html.index("New words") < html.index("Old words")
    assert "The newest posts." in html
    assert "autofocus" in html
    # Who has an answer wants to read it, without a keyboard over half of it.
    assert "autofocus" not in page(api, "q=words")


def test_a_typo_is_asked_about(world: World, api: Edge) -> None:
    for number in range(3):
        world.publish(f"p{number}", title="Marmalade recipes")
    world.work()
    html = page(api, "q=marmelaed")
    assert "Did you mean" in html
    assert "q=marmalade" in html


def test_what_is_shown_instead_leads_out_of_the_filters(world: World, api: Edge) -> None:
    world.publish("a", title="Words", tags=["x"])
    world.work()
    html = page(api, "q=nowhere&tag=nothing")
    assert "The newest posts instead" in html
    assert 'href="/search?q=&amp;tag=x"' in html


def test_a_browser_gets_what_is_wrong_as_a_page(bare_api: Edge) -> None:
    html = "text/html,application/xhtml+xml,*/*;q=0.8"
    for address, status, said in (
        ("/search?year=abc", 422, "Year must be four digits, such as 2026."),
        ("/search?site=%3Cb%3E", 404, "No site of this name is in afterword.toml."),
        ("/search/to?id=gone", 404, "This post is not published any more."),
    ):
        reply = get(bare_api, address, accept=html)
        assert reply.status == status
        assert reply.headers[b"content-type"] == b"text/html; charset=utf-8"
        assert reply.headers[b"cache-control"] == b"no-store"
        assert said in reply.body.decode()
        assert get(bare_api, address).json()["status"] == status
    assert get(bare_api, "/api/search?year=abc", accept=html).json()["status"] == 422
