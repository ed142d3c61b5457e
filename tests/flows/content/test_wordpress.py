"""A WordPress blog by its REST API, from a server that answers as WordPress does."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from pipeline.errors import Rejected
from pipeline.ingest.content.remote.wordpress import WordPressSource
from tests.support.surveys import Seen, surveyed
from tests.support.website import Asked, Page, Website

pytestmark = pytest.mark.services
PATH = "/wp-json/wp/v2/posts"


class WordPress:
    """Posts, and how the REST API gives them: by page or by id, its counts in headers."""

    def __init__(self, site: Website) -> None:
        self.site = site
        self.posts: dict[int, dict[str, Any]] = {}
        site.answers[PATH] = self.answer

    def put(self, number: int, modified: str = "2026-01-05T10:00:00", **more: Any) -> None:
        terms = [
            [{"name": "Fish &amp; chips", "taxonomy": "category", "slug": "fish"}],
            [{"name": "x", "taxonomy": "post_tag", "slug": "x"}],
        ]
        self.posts[number] = {
            "id": number,
            "link": f"{self.site.url}/p{number}/",
            "title": {"rendered": f"It&#8217;s <em>{number}</em>"},
            "content": {"rendered": f"<p>{number}</p>", "protected": False},
            "excerpt": {"rendered": "<p>Short &hellip;</p>", "protected": False},
            "date_gmt": "2026-01-05T10:00:00",
            "modified_gmt": modified,
            "_embedded": {"author": [{"name": "Ann"}], "wp:term": terms},
            "_links": {},
        } | more

    def answer(self, asked: Asked) -> Page:
        query = asked.query
        chosen = [self.posts[id_] for id_ in sorted(self.posts)]
        if "include" in query:
            ids = set(map(int, query["include"].split(",")))
            chosen = [post for post in chosen if post["id"] in ids]
            assert query["_embed"] == "author,wp:term"
        else:
            assert (query["orderby"], query["order"]) == ("id", "asc")
        size, page = int(query["per_page"]), int(query.get("page", 1))
        fields = query["_fields"].split(",")
        shown = [
            {name: post[name] for name in fields}
            for post in chosen[(page - 1) * size : page * size]
        ]
        headers = {"X-WP-Total": str(len(chosen)), "X-WP-TotalPages": str(-(-len(chosen) // size))}
        return Page(msgspec.json.encode(shown), 200, headers, "application/json", validated=False)


@pytest.fixture
def blog(site: Website) -> WordPress:
    wordpress = WordPress(site)
    for number in range(1, 4):
        wordpress.put(number)
    return wordpress


def read(site: Website, state: Any = None) -> Seen:
    return surveyed(WordPressSource(site.url, lambda: datetime.now(UTC)), state)


def test_a_post_says_all_it_has(blog: WordPress) -> None:
    blog.put(1, "2026-02-01T10:00:00")
    seen = read(blog.site)
    post = seen.posts["1"]
    assert (post.title, post.url) == (
        "It\N{RIGHT SINGLE QUOTATION MARK}s 1",
        f"{blog.site.url}/p1/",
    )
    assert (post.tags, post.section, post.author) == (("x", "Fish & chips"), "Fish & chips", "Ann")
    assert (post.body, post.format, post.summary) == ("<p>1</p>", "html", "Short …")
    assert post.published_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert post.revision == 1_769_940_000_000
    assert (seen.complete, seen.expected) == (True, 3)


def test_every_page_is_read(blog: WordPress) -> None:
    for number in range(1, 251):
        blog.put(number)
    assert len(read(blog.site).posts) == 250


def test_only_what_is_new_or_edited_is_asked_for_again(blog: WordPress) -> None:
    first = read(blog.site)
    blog.put(2, "2026-02-01T10:00:00")
    blog.put(4)
    del blog.posts[3]
    blog.site.asked.clear()
    second = read(blog.site, first.state)
    assert (second.unchanged, set(second.posts), second.complete) == ({"1"}, {"2", "4"}, True)
    assert [each.query.get("include") for each in blog.site.asked] == [None, "2,4"]


def test_a_post_with_a_password_is_withheld(blog: WordPress) -> None:
    blog.put(2, content={"rendered": "", "protected": True})
    first = read(blog.site)
    assert first.withheld == {"2": "protected by a password"}
    assert read(blog.site, first.state).withheld == first.withheld


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"date_gmt": None}, "date_gmt"),
        ({"date_gmt": "0000-00-00T00:00:00"}, "a date: "),
        ({"link": "x"}, "url"),
    ],
)
def test_a_broken_post_is_refused_and_the_others_read(
    blog: WordPress, more: dict[str, Any], said: str
) -> None:
    blog.put(2, **more)
    seen = read(blog.site)
    assert seen.ids == {"1", "3"}
    (refused,) = seen.refused.values()
    assert (refused.id, said in refused.reason) == ("2", True), refused


def test_plain_permalinks_have_the_api_elsewhere(blog: WordPress) -> None:
    def front(asked: Asked) -> Page:
        assert asked.query["rest_route"] == "/wp/v2/posts"
        return blog.answer(asked)

    del blog.site.answers[PATH]
    blog.site.answers["/"] = front
    assert read(blog.site).ids == {"1", "2", "3"}


@pytest.mark.parametrize("body", ["<html>", "{}", "[]"])
def test_what_is_no_wordpress_is_rejected(site: Website, body: str) -> None:
    site.put(PATH, body)
    with pytest.raises(Rejected, match=r"no such thing as expected|is no WordPress"):
        read(site)


def test_nothing_at_the_address_is_rejected(site: Website) -> None:
    with pytest.raises(Rejected, match="there is no WordPress at"):
        read(site)
