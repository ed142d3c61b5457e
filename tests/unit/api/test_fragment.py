"""Threads as HTML that needs no script."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.api.edge import Edge
from pipeline.api.fragment import DEEPEST, FormFields, render_form, render_list
from pipeline.api.tree import Cursor, Node, Slice
from tests.support.world import World
from tests.unit.api.reading import PAGE, URL, arranged, get, put, shown

VOID = {"img", "input", "br", "hr", "meta", "link"}
NASTY = "\"><script>alert(1)</script><img src=x onerror='x'>{{ 7*7 }}"


class Outline(HTMLParser):
    """Checks that every element is closed where it was opened, and notes what stands where."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[tuple[str, int]] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag == "li":
            assert self.open[-1] == "ol"
            self.comments.append((values["id"] or "", self.open.count("ol") - 1))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def attribute(self, tag: str, name: str) -> list[str | None]:
        return [values.get(name) for each, values in self.tags if each == tag]


def whole(nodes: list[Node], after: Cursor | None = None) -> str:
    form = FormFields(PAGE, "https://blog.example/posts/a/", None, 5)
    listed = render_list(PAGE, "blog", len(nodes), Slice(nodes, after))
    return (listed + render_form(form)).decode()


@settings(max_examples=50)
@given(st.lists(st.none() | st.integers(0, 30), max_size=30))
def test_any_tree_is_well_formed_and_in_reading_order(parents: list[int | None]) -> None:
    nodes = arranged([shown(id_, parent) for id_, parent in enumerate(parents)])
    outline = Outline(whole(nodes))
    expected = [(f"comment-{row[0]}", min(depth, DEEPEST - 1)) for depth, _, row in nodes]
    assert outline.comments == expected


def test_deep_replies_stay_in_the_last_list_with_a_link_to_their_parent() -> None:
    nodes = arranged([shown(id_, id_ - 1 or None) for id_ in range(1, 601)])
    outline = Outline(whole(nodes))
    assert max(depth for _, depth in outline.comments) == DEEPEST - 1
    assert [id_ for id_, _ in outline.comments] == [f"comment-{id_}" for id_ in range(1, 601)]
    answers = [v["href"] for t, v in outline.tags if v.get("class") == "u-in-reply-to"]
    assert answers == [f"#comment-{id_}" for id_ in range(DEEPEST, 600)]


def test_what_people_typed_is_text() -> None:
    nodes = arranged([shown(1, name=NASTY, website="https://x.example/?a=1&b=2")])
    outline = Outline(whole(nodes))
    assert NASTY in outline.text
    assert "script" not in {tag for tag, _ in outline.tags}
    assert "https://x.example/?a=1&b=2" in outline.attribute("a", "href")


def test_stored_html_is_shown_as_it_is() -> None:
    html = '<p>1 &lt; 2 <a href="https://x.example" rel="nofollow ugc">x</a></p>'
    assert html in whole(arranged([shown(1, html=html)]))


def test_comments_carry_microformats() -> None:
    outline = Outline(whole(arranged([shown(1, edited_at=shown(9).at)])))
    classes = {name for _, values in outline.tags for name in (values.get("class") or "").split()}
    wanted = {"h-feed", "h-entry", "h-cite", "p-author", "h-card", "p-name", "u-url"}
    assert wanted | {"dt-published", "dt-updated", "e-content"} <= classes


def test_a_longer_thread_links_to_its_next_page() -> None:
    outline = Outline(whole(arranged([shown(1)]), Cursor(5, 1)))
    (more,) = [values["href"] for _, values in outline.tags if values.get("rel") == "next"]
    assert parse_qs(urlsplit(more or "").query) == {
        "page": [PAGE],
        "site": ["blog"],
        "after": ["5.1"],
    }


def test_the_form_posts_what_the_door_takes(world: World, api: Edge) -> None:
    put(world.database, [shown(1)])
    outline = Outline(get(api, f"{URL}&reply=1", accept="text/html").body.decode())
    ((_, form),) = [each for each in outline.tags if each[0] == "form"]
    assert (form["action"], form["method"]) == ("/comments", "post")
    values = {v["name"]: v.get("value") for t, v in outline.tags if t in ("input", "textarea")}
    assert values == {
        "page": PAGE,
        "page_url": "https://blog.example/posts/a/",
        "parent": "1",
        "t": str(int(world.clock().timestamp() * 1000)),
        "name": None,
        "email": None,
        "website": None,
        "phone": None,
        "text": None,
    }


def test_the_form_says_when_it_was_shown_also_beside_a_cached_thread(
    world: World, api: Edge
) -> None:
    put(world.database, [shown(1)])
    before = get(api, URL, accept="text/html").body
    world.clock.advance(seconds=5)
    after = get(api, URL, accept="text/html").body
    shown_at = str(int(world.clock().timestamp() * 1000)).encode()
    assert shown_at in after
    assert shown_at not in before


def test_a_page_path_is_no_way_into_the_html(bare_api: Edge) -> None:
    reply = get(
        bare_api, "/api/comments?page=/%22%3E%3Cscript%3E%27&reply=1%22", accept="text/html"
    )
    assert reply.status == 200
    assert b"<script" not in reply.body
    Outline(reply.body.decode())


def test_html_may_load_no_script_and_be_framed_by_its_site_alone(bare_api: Edge) -> None:
    policy = get(bare_api, URL, accept="text/html").headers[b"content-security-policy"].decode()
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    site = "'self' https://blog.example https://www.blog.example"
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    # Where the form's answer leads is checked against form-action as well.
    assert rules["frame-ancestors"] == rules["form-action"] == site
