"""The door to other hosts, where what answers is somebody else's."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipeline.errors import Rejected, Transient
from pipeline.ingest.door import Door
from tests.support.website import Page, Website, website

pytestmark = pytest.mark.services
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as running:
        yield running


def test_an_error_is_read_whatever_it_says(site: Website) -> None:
    site.pages["/a"] = Page(b"why", status=418)
    with Door("https://b.example", lambda: NOW) as door:
        answer = door.get(f"{site.url}/a", limit=100)
        assert (answer.status, answer.body) == (418, b"why")
        assert door.get(f"{site.url}/a", limit=100, read=(200,)).body == b""


def test_a_redirection_is_an_answer_where_none_is_followed(site: Website) -> None:
    site.pages["/a"] = Page(status=302, headers={"Location": "/b"})
    with Door("https://b.example", lambda: NOW) as door:
        assert door.get(f"{site.url}/a", limit=100).status == 302
    assert site.paths() == ["/a"]


def test_a_name_that_leads_to_this_machine_is_no_public_one(site: Website) -> None:
    site.put("/a", "secret")
    with Door("https://b.example", lambda: NOW, public_only=True) as door:
        for url in (site.url, site.url.replace("127.0.0.1", "localhost")):
            with pytest.raises(Rejected, match="not public"):
                door.get(f"{url}/a", limit=100)


def test_several_values_of_a_name_are_asked_with(site: Website) -> None:
    site.put("/a", "x")
    with Door("https://b.example", lambda: NOW) as door:
        door.get(f"{site.url}/a", query={"id[]": ["1", "2"], "n": 3}, limit=100)
    assert site.asked[0].query == {"id[]": "1", "n": "3"}  # the test's website keeps the first


def test_a_door_that_is_closed_answers_nobody() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        with (
            Door("https://b.example", lambda: NOW) as door,
            pytest.raises(Transient, match="no answer"),
        ):
            door.get(f"http://127.0.0.1:{taken.getsockname()[1]}/a", limit=100)
