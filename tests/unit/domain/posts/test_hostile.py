"""What comes from other hosts is read, or refused in words, whatever it is."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.posts.feeds import feed_of
from pipeline.domain.posts.ghost import ghost_post
from pipeline.domain.posts.post import post_of
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.sitemaps import locations
from pipeline.domain.posts.web.charset import decode_page
from pipeline.domain.posts.web.page import Listed, read_webpage
from pipeline.domain.posts.wordpress import wordpress_post
from pipeline.errors import InvalidEventError

URL = "https://b.example/a/"
some = settings(max_examples=50)
feeds = st.sampled_from(
    [
        b"%s",
        b"<rss><channel><item>%s</item></channel></rss>",
        b"<rss><channel><item><title>%s</title><link>%s</link></item>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><updated>%s</updated><id>%s</id></entry>',
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "%s"}, %s]}',
    ]
)


@some
@given(frame=feeds, content=st.binary(max_size=80))
def test_any_bytes_are_a_feed_or_are_refused(frame: bytes, content: bytes) -> None:
    with suppress(PostError):
        for entry in feed_of(frame.replace(b"%s", content), None, URL).entries:
            with suppress(InvalidEventError):
                post_of(entry)


@some
@given(
    frame=st.sampled_from(
        [b"%s", b"<urlset><url>%s</url>", b"<urlset><url><loc>%s</loc></url></urlset>"]
    ),
    content=st.binary(max_size=80),
)
def test_any_bytes_are_a_sitemap_or_are_refused(frame: bytes, content: bytes) -> None:
    with suppress(PostError):
        for each in locations(frame.replace(b"%s", content)):
            assert each.url
            with suppress(ValueError):
                _ = each.at


PAGES = [
    b"%s",
    b"<meta charset='%s'>x",
    b"<article><time datetime='%s'></time>%s",
    b"<link rel=canonical href='%s'><article><time datetime=2026-01-05></time>",
    b"<script type=application/ld+json>%s</script>",
    b'<script type=application/ld+json>{"@type":"Article","headline":%s,"author":%s}</script>',
    b"<main><ul><li><a href='%s'><time datetime=2026-01-05></time></a></ul>",
]


@some
@given(frame=st.sampled_from(PAGES), content=st.binary(max_size=80))
def test_any_bytes_are_a_page_or_are_refused(frame: bytes, content: bytes) -> None:
    with suppress(PostError, InvalidEventError):
        read_webpage(decode_page(frame.replace(b"%s", content), None), Listed("/a/", URL))


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = ["id", "url", "link", "title", "html", "content", "published_at", "updated_at", "date_gmt"]
FIELDS += ["modified_gmt", "excerpt", "tags", "primary_author", "_embedded", "custom_excerpt"]
WHOLE = {
    "id": "1",
    "url": URL,
    "title": "T",
    "published_at": "2026-01-05T10:00:00",
    "updated_at": "2026-01-05T10:00:00Z",
}


@some
@given(st.sampled_from([{}, WHOLE]), st.dictionaries(st.sampled_from(FIELDS), json))
def test_any_answer_of_an_api_is_a_post_or_is_refused(
    whole: dict[str, object], value: dict[str, object]
) -> None:
    for read in (ghost_post, wordpress_post):
        with suppress(PostError):
            read(whole | value)


@pytest.mark.parametrize("time", ["2026-01-05T10:00:00", "0001-01-01T00:00:00+14:00"])
def test_times_no_calendar_has_are_refused(time: str) -> None:
    with pytest.raises(PostError):
        ghost_post(WHOLE | {"published_at": time, "updated_at": time})
