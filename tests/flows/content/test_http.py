"""The door to other hosts: what may pass, what may not, and what is never shown."""

import gzip
import logging
import socket
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import Rejected, Transient
from pipeline.ingest.content.remote.http import Fetcher
from tests.support.website import Page, Website

pytestmark = pytest.mark.services
NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = "s3cr3t"


def get(url: str, **more: int) -> bytes:
    with Fetcher("https://b.example", lambda: NOW) as fetcher:
        return fetcher.get(url, query={"key": KEY}, **more).body  # type: ignore[arg-type]


def test_it_says_who_asks(site: Website) -> None:
    site.put("/a", "Hello")
    assert get(f"{site.url}/a") == b"Hello"
    assert site.asked[0].headers["user-agent"].startswith("afterword/")
    assert site.asked[0].headers["user-agent"].endswith("(+https://b.example)")


@pytest.mark.parametrize(
    ("status", "headers", "delay"),
    [
        (503, {}, None),
        (500, {"Retry-After": "nonsense"}, None),
        (429, {"Retry-After": "120"}, 120),
        (503, {"Retry-After": "Mon, 23 Nov 2026 00:05:00 GMT"}, 300),
        (503, {"Retry-After": "Mon, 23 Nov 2020 00:05:00 GMT"}, 0),
        (429, {"Retry-After": "99999999"}, 86_400),
    ],
)
def test_what_may_pass_is_transient(
    site: Website, status: int, headers: dict[str, str], delay: float | None
) -> None:
    site.pages["/a"] = Page(status=status, headers=headers)
    with pytest.raises(Transient, match=f"/a answered {status}") as caught:
        get(f"{site.url}/a")
    assert caught.value.delay == delay


@pytest.mark.parametrize(
    ("status", "said"), [(401, "check `key`"), (403, "check `key`"), (400, "`url`")]
)
def test_what_will_not_pass_is_rejected_with_advice(site: Website, status: int, said: str) -> None:
    site.pages["/a"] = Page(status=status)
    with pytest.raises(Rejected, match=said) as caught:
        get(f"{site.url}/a")
    assert KEY not in str(caught.value)


def test_nobody_answering_is_transient() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        with pytest.raises(Transient, match="no answer") as caught:
            get(f"http://127.0.0.1:{taken.getsockname()[1]}/a")
    assert KEY not in str(caught.value)


def test_a_page_that_is_too_large_is_rejected_also_when_it_is_packed(site: Website) -> None:
    site.put("/a", b"x" * 2_000_001)
    site.put("/b", gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    for path in ("/a", "/b"):
        with pytest.raises(Rejected, match="larger than 2 MB"):
            get(site.url + path, limit=2_000_000)


def test_a_broken_packing_is_rejected(site: Website) -> None:
    site.put("/a", b"no gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(Rejected, match="compressed answer is broken"):
        get(f"{site.url}/a")


def test_a_few_redirections_are_followed_and_no_ring(site: Website) -> None:
    site.put("/b", "Hello")
    site.pages["/a"] = Page(status=301, headers={"Location": "/b"})
    site.pages["/ring"] = Page(status=302, headers={"Location": "/ring"})
    site.pages["/file"] = Page(status=302, headers={"Location": "file:///etc/passwd"})
    assert get(f"{site.url}/a") == b"Hello"
    with pytest.raises(Rejected, match="redirects more than 5 times"):
        get(f"{site.url}/ring")
    with pytest.raises(Rejected, match="no http or https"):
        get(f"{site.url}/file")


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://b.example/", "http://", "http://[::1", "http://a:b/"]
)
def test_what_is_no_address_is_rejected(url: str) -> None:
    with pytest.raises(Rejected, match="no http or https address"):
        get(url)


def test_no_log_says_the_query(site: Website, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    site.put("/a", "Hello")
    get(f"{site.url}/a")
    assert KEY not in caplog.text


def test_an_answer_that_drips_is_given_up(site: Website) -> None:
    site.put("/a", b"x" * 1_000_000)
    moments = (NOW + timedelta(seconds=50 * n) for n in range(100))
    with (
        Fetcher(site.url, lambda: next(moments)) as fetcher,
        pytest.raises(Transient, match="longer"),
    ):
        fetcher.get(f"{site.url}/a")
