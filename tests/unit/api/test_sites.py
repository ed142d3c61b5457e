"""Which site a request is about."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.api.sites import Sites
from pipeline.domain.schemes import Scheme
from pipeline.problems import ProblemError
from pipeline.settings import Settings, Site, Source

BLOG = Site(url="https://blog.example", allowed_origins=("http://localhost:1313",))
SHOP = Site(url="https://shop.example:8443/start/")


def sites(known: Mapping[str, Site], **sources: Source) -> Sites:
    return Sites(Settings(home=Path(), config=Path(), sites=known, sources=sources))


BOTH = sites({"blog": BLOG, "shop": SHOP})


def test_the_only_site_needs_no_name() -> None:
    signed = Source(scheme=Scheme.BEARER)
    assert sites({"blog": BLOG}, other=signed).resolve(None, {}) == "blog"
    assert sites({}, diary=signed).resolve(None, {}) == "diary"


def test_a_name_is_taken_if_it_is_known() -> None:
    assert BOTH.resolve("shop", {}) == "shop"
    with pytest.raises(ProblemError) as caught:
        BOTH.resolve("nobody", {})
    assert caught.value.status == 404


@pytest.mark.parametrize(
    ("header", "site"),
    [
        ({b"origin": b"https://shop.example:8443"}, "shop"),
        ({b"referer": b"http://localhost:1313/posts/a/?x#y"}, "blog"),
        ({b"origin": b"null", b"referer": b"https://blog.example/"}, "blog"),
    ],
)
def test_of_several_sites_the_asking_page_tells_which(
    header: dict[bytes, bytes], site: str
) -> None:
    assert BOTH.resolve(None, header) == site


@pytest.mark.parametrize("header", [{}, {b"origin": b"https://evil.example"}, {b"origin": b"::["}])
def test_where_nothing_tells_which_the_caller_is_asked(header: dict[bytes, bytes]) -> None:
    with pytest.raises(ProblemError, match="several sites"):
        BOTH.resolve(None, header)


def test_two_sites_of_one_host_are_not_guessed_between() -> None:
    twins = sites({"a": BLOG, "b": Site(url="https://blog.example/b/")})
    with pytest.raises(ProblemError):
        twins.resolve(None, {b"origin": b"https://blog.example"})


def test_a_page_is_where_its_comments_say_only_if_that_is_on_the_site() -> None:
    assert (
        BOTH.page_url("blog", "/a/", "http://localhost:1313/a/?b") == "http://localhost:1313/a/?b"
    )
    assert BOTH.page_url("blog", "/a/", "https://evil.example/a/") == "https://blog.example/a/"
    assert BOTH.page_url("shop", "/a/", None) == "https://shop.example:8443/a/"
    assert sites({}).page_url("diary", "/a/", None) == "/a/"


def test_a_site_without_a_url_goes_by_its_name_and_allows_no_origin() -> None:
    assert (BOTH.host("shop"), BOTH.host("diary")) == ("shop.example:8443", "diary")
    assert BOTH.origins_of("diary") == ""


def test_a_url_without_a_host_is_no_origin() -> None:
    odd = sites({"odd": Site(url="https://:80"), "blog": BLOG})
    assert odd.origins == BOTH.origins - {b"https://shop.example:8443"}
    assert odd.host("odd") == "odd"
