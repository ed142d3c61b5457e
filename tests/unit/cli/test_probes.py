"""Looking at ports and servers from outside."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pipeline.cli.probes import check_elasticsearch, check_redis_binary, check_web, local_host
from pipeline.settings import Settings

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


def test_a_cluster_that_lets_nobody_in_is_a_warning(port: int) -> None:
    found = check_elasticsearch(f"http://127.0.0.1:{port}")
    assert (found.health, "HTTP 401" in found.detail) == ("warn", True)


def test_a_cluster_whose_password_is_set_is_well(port: int) -> None:
    found = check_elasticsearch(f"http://elastic:secret@127.0.0.1:{port}")
    assert found.health == "ok"
    assert "secret" not in found.detail


def test_a_cluster_that_does_not_answer_fails() -> None:
    assert check_elasticsearch("http://127.0.0.1:1").health == "fail"


def test_no_cluster_is_well() -> None:
    assert check_elasticsearch(None).health == "ok"


def test_the_redis_that_would_be_started_is_named() -> None:
    assert check_redis_binary().health == "ok"


def test_a_server_that_listens_everywhere_is_asked_here() -> None:
    assert local_host("::") == "::1"
    assert local_host("192.0.2.1") == "192.0.2.1"
