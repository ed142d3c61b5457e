"""A Ghost blog by its Content API, from a server that answers as Ghost does (docs: "Posts")."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from pipeline.errors import Rejected, Transient
from pipeline.ingest.content.remote.ghost import GhostSource
from pipeline.webhooks.envelopes import ghostpost
from tests.support.surveys import Seen, surveyed
from tests.support.website import Asked, Page, Website

pytestmark = pytest.mark.services
KEY = "22444f78447824223cefc48062"
PATH = "/ghost/api/content/posts/"


class Ghost:
    """Posts, and how the Content API gives them: at most 100, by id, with what is asked for."""

    def __init__(self, site: Website) -> None:
        self.site = site
        self.posts: dict[str, dict[str, Any]] = {}
        site.answers[PATH] = self.answer

    def put(self, number: int, updated: str = "2026-01-05T10:00:00.000+00:00", **more: Any) -> None:
        id_ = f"{number:024x}"
        self.posts[id_] = {
            "id": id_,
            "url": f"{self.site.url}/p{number}/",
            "title": f"Post {number}",
            "html": f"<p>{number}</p>",
            "published_at": "2026-01-05T10:00:00.000+00:00",
            "updated_at": updated,
            "custom_excerpt": None,
            "visibility": "public",
            "tags": [{"name": "x"}, {"name": "#internal", "visibility": "internal"}],
            "primary_author": {"name": "Ann"},
        } | more

    def answer(self, asked: Asked) -> Page:
        if asked.query.get("key") != KEY:
            return Page(status=401)
        chosen = [self.posts[id_] for id_ in sorted(self.posts)]
        if (wanted := asked.query.get("filter")) is not None:
            ids = wanted.removeprefix("id:[").removesuffix("]").split(",")
            chosen = [post for post in chosen if post["id"] in ids]
        limit, page = min(int(asked.query["limit"]), 100), int(asked.query.get("page", 1))
        shown = chosen[(page - 1) * limit : page * limit]
        if fields := asked.query.get("fields"):
            shown = [{name: post[name] for name in fields.split(",")} for post in shown]
        more = page + 1 if page * limit < len(chosen) else None
        pagination = {
            "page": page,
            "limit": limit,
            "total": len(chosen),
            "next": more,
            "prev": None,
        }
        body = msgspec.json.encode({"posts": shown, "meta": {"pagination": pagination}})
        return Page(body, content_type="application/json", validated=False)


@pytest.fixture
def ghost(site: Website) -> Ghost:
    blog = Ghost(site)
    for number in range(1, 4):
        blog.put(number)
    return blog


def read(ghost: Ghost, state: Any = None, key: str = KEY) -> Seen:
    return surveyed(GhostSource(ghost.site.url, key, lambda: datetime.now(UTC)), state)


def test_a_post_is_what_its_webhook_says(ghost: Ghost) -> None:
    ghost.put(1, "2026-02-01T10:00:00.123+00:00", custom_excerpt="Short")
    seen = read(ghost)
    post = seen.posts[f"{1:024x}"]
    (webhook,) = [ghostpost.published(ghost.posts[post.id])]
    assert msgspec.to_builtins(post) | {"published_at": 0, "updated_at": 0} == msgspec.to_builtins(
        msgspec.json.decode(webhook.data, type=type(post))
    ) | {"published_at": 0, "updated_at": 0}
    assert (post.tags, post.author, post.summary) == (("x",), "Ann", "Short")
    assert post.revision == 1_769_940_000_123
    assert (seen.complete, seen.expected) == (True, 3)


def test_every_page_is_read(ghost: Ghost) -> None:
    for number in range(250):
        ghost.put(number)
    seen = read(ghost)
    assert len(seen.posts) == 250
    assert sum("fields" in each.query for each in ghost.site.asked) == 3


def test_only_what_is_new_or_edited_is_asked_for_again(ghost: Ghost) -> None:
    first = read(ghost)
    ghost.put(2, "2026-02-01T10:00:00.000+00:00", title="New")
    ghost.put(4)
    del ghost.posts[f"{3:024x}"]
    ghost.site.asked.clear()
    second = read(ghost, first.state)
    assert second.unchanged == {f"{1:024x}"}
    assert {post.title for post in second.posts.values()} == {"New", "Post 4"}
    assert (second.ids, second.complete) == ({f"{n:024x}" for n in (1, 2, 4)}, True)
    assert [each.query.get("filter") for each in ghost.site.asked] == [
        None,
        f"id:[{2:024x},{4:024x}]",
    ]
    assert read(ghost, second.state).posts == {}


def test_a_broken_post_is_refused_and_the_others_read(ghost: Ghost) -> None:
    ghost.put(2, published_at="soon")
    ghost.put(3, url=f"{ghost.site.url}/p1/")
    seen = read(ghost)
    assert seen.ids == {f"{1:024x}"}
    reasons = {item.id: item.reason for item in seen.refused.values()}
    assert "published_at" in reasons[f"{2:024x}"]
    assert "same address" in reasons[f"{3:024x}"]


def test_a_wrong_key_is_said_and_not_shown(ghost: Ghost) -> None:
    with pytest.raises(Rejected, match="check `key`") as caught:
        read(ghost, key="0123456789abcdef")
    assert "0123456789abcdef" not in str(caught.value)


def test_a_sweep_that_saw_too_little_is_tried_again_later(ghost: Ghost) -> None:
    real = ghost.answer

    def shrunk(asked: Asked) -> Page:
        answer = real(asked)
        return Page(answer.body.replace(b'"total":3', b'"total":4'), validated=False)

    ghost.site.answers[PATH] = shrunk
    with pytest.raises(Transient, match="changed while it was read"):
        read(ghost)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"posts": [{"id": 5}], "meta": {}}'])
def test_what_is_no_ghost_is_rejected(site: Website, body: bytes) -> None:
    site.put(PATH, body)
    with pytest.raises(Rejected, match="no such thing as expected"):
        surveyed(GhostSource(site.url, KEY, lambda: datetime.now(UTC)))


def test_nothing_at_the_address_is_rejected(site: Website) -> None:
    with pytest.raises(Rejected, match="there is no Ghost at"):
        surveyed(GhostSource(site.url, KEY, lambda: datetime.now(UTC)))


def test_a_blog_that_lost_all_its_posts_takes_none_away(ghost: Ghost) -> None:
    first = read(ghost)
    ghost.posts.clear()
    second = read(ghost, first.state)
    assert (second.complete, second.state) == (False, first.state)
