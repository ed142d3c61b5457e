"""Looking at ports and servers from outside."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pipeline.cli.probes import check_index, check_redis_binary, check_web, local_host
from pipeline.settings import Settings
from pipeline.store import generations
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("socket_enabled")  # loopback only: the server is a thread here


class _Health(BaseHTTPRequestHandler):
    """200 for /livez, 401 for anything else, as a cluster answers who names no password."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/livez" else 401)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests say what they see."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Health)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_web_process_that_answers_is_well(port: int) -> None:
    found = check_web(Settings(home=Path(), config=Path(), host="0.0.0.0", port=port))  # noqa: S104 - what is asked is loopback
    assert (found.health, "answers" in found.detail) == ("ok", True)


def test_an_index_that_follows_is_well(world: World) -> None:
    world.publish("a")
    world.work()
    found = check_index(world.container)
    assert (found.health, found.detail) == ("ok", "fts5 answers; 1 posts, 0 wait to be indexed")


def test_an_index_of_an_older_schema_is_a_warning(world: World) -> None:
    world.publish("a")
    world.work()
    with world.database.write() as db:
        (live,) = generations.listing(db, "fts5")
        generations.change(db, live.name, fingerprint="older")
    found = check_index(world.container)
    assert found.health == "warn"
    assert "index rebuild" in found.advice


def test_an_engine_that_can_not_be_asked_fails(world: World, tmp_path: Path) -> None:
    (tmp_path / "search.db").mkdir()
    found = check_index(world.container)
    assert found.health == "fail"
    assert f"the search index {tmp_path / 'search.db'} can't be used now" in found.detail


def test_the_redis_that_would_be_started_is_named() -> None:
    assert check_redis_binary().health == "ok"


def test_a_server_that_listens_everywhere_is_asked_here() -> None:
    assert local_host("::") == "::1"
    assert local_host("192.0.2.1") == "192.0.2.1"
