"""The stream's client against a server that answers as it is told."""

from collections.abc import Iterator

import pytest

from pipeline.domain.graph.failures import CredentialDeadError, NetworkDownError, NotAllowedError
from pipeline.ingest.graph.credentials import Credentials
from pipeline.ingest.graph.streams import open_activity
from pipeline.ingest.graph.x.stream import ActivityStream
from pipeline.ingest.graph.x.token import Keyring, OneToken, Token
from pipeline.settings import Settings
from tests.support.clock import FakeClock
from tests.support.world import World
from tests.support.x_server import Asked, Reply, XServer, x_server

pytestmark = pytest.mark.services


@pytest.fixture
def server() -> Iterator[XServer]:
    with x_server(lambda _asked: Reply(body=b"one\r\n\r\ntwo\r\ncut")) as running:
        yield running


class Renewing(OneToken):
    """Has another token where the first is refused."""

    def renewed(self, refused: Token) -> Token:
        assert refused.value == "first"
        return Token("second", 2)


def stream(server: XServer, clock: FakeClock, keyring: Keyring | None = None) -> ActivityStream:
    return ActivityStream(keyring or OneToken("token"), base_url=server.url + "/", clock=clock)


def test_lines_are_read_to_the_end(server: XServer, clock: FakeClock) -> None:
    assert list(stream(server, clock).lines()) == [b"one", b"", b"two"]
    (asked,) = server.asked
    assert (asked.path, asked.query) == ("/2/activity/stream", {})
    assert asked.headers["authorization"] == "Bearer token"


def test_at_most_five_minutes_are_asked_for_again(server: XServer, clock: FakeClock) -> None:
    list(stream(server, clock).lines(backfill=7))
    assert server.asked[0].query == {"backfill_minutes": "5"}


def test_a_refused_token_is_renewed_once(server: XServer, clock: FakeClock) -> None:
    def only_second(asked: Asked) -> Reply:
        known = asked.headers["authorization"] == "Bearer second"
        return Reply(body=b"one\n") if known else Reply(401, {"title": "Unauthorized"})

    server.otherwise = only_second
    assert list(stream(server, clock, Renewing("first")).lines()) == [b"one"]
    server.otherwise = lambda _asked: Reply(401, {"title": "Unauthorized"})
    with pytest.raises(CredentialDeadError, match="also a new one"):
        next(stream(server, clock, Renewing("first")).lines())


def test_nothing_is_followed_elsewhere(server: XServer, clock: FakeClock) -> None:
    server.otherwise = lambda _asked: Reply(302, b"", {"location": "http://127.0.0.1:1/"})
    with pytest.raises(NetworkDownError):
        next(stream(server, clock).lines())
    assert len(server.asked) == 1


def test_a_refusal_is_read_no_further_than_it_matters(server: XServer, clock: FakeClock) -> None:
    server.otherwise = lambda _asked: Reply(403, b'{"title":"Forbidden"}' + b" " * 10_000_000)
    with pytest.raises(NotAllowedError, match="403"):
        next(stream(server, clock).lines())


def test_a_token_that_is_none_is_not_sent(server: XServer, clock: FakeClock) -> None:
    with pytest.raises(CredentialDeadError, match="characters"):
        next(stream(server, clock, OneToken("a\nb")).lines())
    assert server.asked == []


def test_who_is_stopped_before_reads_nothing(server: XServer, clock: FakeClock) -> None:
    source = stream(server, clock)
    source.stop()
    assert list(source.lines()) == []


def test_a_setting_s_token_that_is_refused_is_marked(server: XServer, world: World) -> None:
    server.otherwise = lambda _asked: Reply(401, {"title": "Unauthorized"})
    settings = Settings(
        home=world.settings.home,
        config=world.settings.config,
        x_api_url=server.url,
        x_bearer_token="secret",
    )
    kept = Credentials(settings, world.database, world.clock)
    with pytest.raises(CredentialDeadError, match="can't be refreshed"):
        next(open_activity(settings, kept, "x").lines())
    row = kept.find("x")
    assert row is not None
    assert row.broken is not None
    assert "secret" not in row.broken
