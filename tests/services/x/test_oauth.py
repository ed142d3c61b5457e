"""Logging in and refreshing, against a real authorization server on loopback."""

import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from pipeline.domain.graph.failures import CredentialDeadError, NetworkDownError, NotAllowedError
from pipeline.domain.graph.kinds import Direction
from pipeline.ingest.graph.credentials import Kind
from pipeline.ingest.graph.sources import Sources
from pipeline.ingest.graph.x.oauth import App, Attempt, XOAuth
from pipeline.settings import Settings
from pipeline.store.database import Database
from tests.support.clock import FakeClock
from tests.support.x_login import CLIENT, LoginServer
from tests.support.x_server import Reply, XServer, x_server

pytestmark = pytest.mark.services

BACK = "http://127.0.0.1:8421/callback"


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Where the browser is sent is what the test wants to know."""


def allow(attempt: Attempt) -> str:
    """What a browser does: the address it is sent back to."""
    with pytest.raises(HTTPError) as caught:
        build_opener(NoRedirect).open(attempt.url)
    with caught.value as answer:
        return str(answer.headers["Location"])


@pytest.fixture
def login() -> LoginServer:
    return LoginServer()


@pytest.fixture
def server(login: LoginServer) -> Iterator[XServer]:
    with x_server(login) as running:
        yield running


def oauth(server: XServer, secret: str | None = None, client: str = CLIENT) -> XOAuth:
    return XOAuth(server.url, App(client, secret))


def test_a_code_is_exchanged_with_its_verifier(server: XServer) -> None:
    x = oauth(server)
    attempt = x.begin(BACK)
    granted = x.exchange(attempt, attempt.code_in(allow(attempt)))
    assert (granted.tokens.access, granted.tokens.refresh) == ("access-2", "refresh-2")
    assert (granted.tokens.client, granted.lifetime) == (CLIENT, 7200.0)
    sent = server.asked[-1]
    assert (sent.method, sent.path) == ("POST", "/2/oauth2/token")
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in sent.headers


def test_a_code_works_once_and_for_its_own_login_alone(server: XServer) -> None:
    x = oauth(server)
    one, two = x.begin(BACK), x.begin(BACK)
    code = one.code_in(allow(one))
    with pytest.raises(CredentialDeadError, match="authorization code"):
        x.exchange(two, code)
    with pytest.raises(CredentialDeadError, match="authorization code"):
        x.exchange(one, code)


def test_an_app_with_a_secret_proves_itself(login: LoginServer, server: XServer) -> None:
    login.secret = "s3cret"
    x = oauth(server, "s3cret")
    attempt = x.begin(BACK)
    assert x.exchange(attempt, attempt.code_in(allow(attempt))).tokens.access == "access-2"


@pytest.mark.parametrize(("secret", "client"), [(None, CLIENT), ("wrong", CLIENT), (None, "other")])
def test_an_app_that_x_does_not_know_is_a_matter_of_settings(
    login: LoginServer, server: XServer, secret: str | None, client: str
) -> None:
    login.secret = "s3cret" if client == CLIENT else None
    with pytest.raises(NotAllowedError, match="AFTERWORD_X_CLIENT"):
        oauth(server, secret, client).refresh("refresh-1")


BAD: list[tuple[Reply, type[Exception]]] = [
    (Reply(503, b"<html>"), NetworkDownError),
    (Reply(429, {"title": "Too Many Requests"}), NetworkDownError),
    (Reply(400, b"<html>"), NetworkDownError),
    (Reply(200, b"<html>"), NetworkDownError),
    (Reply(200, {}), NetworkDownError),
    (Reply(200, [1]), NetworkDownError),
    (Reply(200, {"access_token": ""}), NetworkDownError),
    (Reply(302, "", {"Location": "http://127.0.0.1:1/"}), NetworkDownError),
    (Reply(400, {"error": "invalid_grant"}), CredentialDeadError),
    (Reply(400, {"error": ["odd"]}), NotAllowedError),
    (Reply(400, {"title": "Invalid Request", "detail": "no"}), NotAllowedError),
    (Reply(404, {}), NotAllowedError),
]


@pytest.mark.parametrize(("reply", "kind"), BAD, ids=range(len(BAD)))
def test_a_bad_answer_is_told_from_a_refusal(
    server: XServer, reply: Reply, kind: type[Exception]
) -> None:
    server.replies.append(reply)
    with pytest.raises(kind) as caught:
        oauth(server).refresh("refresh-1")
    assert caught.type is kind


def test_an_answer_that_never_comes_is_given_up(server: XServer) -> None:
    server.replies.append(Reply(200, {"access_token": "a"}, stall=60.0))
    x = XOAuth(server.url, App(CLIENT, None), timeouts=(10.0, 0.3))
    with pytest.raises(NetworkDownError):
        x.refresh("refresh-1")


def test_an_old_refresh_token_stays_where_no_new_one_comes(server: XServer) -> None:
    server.replies.append(Reply(200, {"access_token": "a", "expires_in": "soon"}))
    granted = oauth(server).refresh("refresh-1")
    assert (granted.tokens.refresh, granted.lifetime) == ("refresh-1", None)


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client"])
def test_what_was_sent_is_never_repeated(server: XServer, error: str) -> None:
    secret = f"refresh-{error}-token"
    server.replies.append(Reply(400, {"error": error, "error_description": f"{secret} is wrong"}))
    with pytest.raises((CredentialDeadError, NotAllowedError), match="is wrong") as caught:
        oauth(server).refresh(secret)
    assert secret not in "".join(traceback.format_exception(caught.value))


@pytest.fixture
def sources(database: Database, server: XServer, clock: FakeClock, tmp_path: Path) -> Sources:
    settings = Settings(
        home=tmp_path,
        config=tmp_path / "a.toml",
        x_api_url=server.url,
        x_client_id=CLIENT,
        token_key="k" * 20,
    )
    return Sources(settings, database, clock)


def logged_in(sources: Sources, server: XServer) -> None:
    x = oauth(server)
    attempt = x.begin(BACK)
    granted = x.exchange(attempt, attempt.code_in(allow(attempt)))
    sources.credentials.log_in("x-ada", granted, kind=Kind.OAUTH2, app="x")


def test_of_sixteen_readers_with_an_expired_token_one_calls_the_token_endpoint(
    sources: Sources, server: XServer, clock: FakeClock
) -> None:
    logged_in(sources, server)
    clock.advance(hours=2)
    server.asked.clear()
    together = threading.Barrier(16)

    def read(_number: int) -> str:
        source = sources.source_of("x-ada")
        together.wait()
        page = source.page("12", Direction.FOLLOWERS, cursor=None, size=5)
        return page.people[0].native_id

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(read, range(16))) == {"9"}
    assert len([each for each in server.asked if each.path == "/2/oauth2/token"]) == 1
    assert len(server.asked) == 17


def test_a_token_that_x_withdrew_is_renewed_and_a_login_that_it_ended_is_marked(
    sources: Sources, server: XServer, login: LoginServer
) -> None:
    logged_in(sources, server)
    source = sources.source_of("x-ada")
    login.alive.clear()
    assert source.profiles(["9"]).found[0].handle == "zoe"
    login.alive.clear()
    login.refreshable = None
    with pytest.raises(CredentialDeadError, match="Value passed for the token was invalid"):
        source.profiles(["9"])
    asked = len(server.asked)
    with pytest.raises(CredentialDeadError, match="graph login"):
        source.profiles(["9"])
    assert len(server.asked) == asked
    logged_in(sources, server)
    assert source.profiles(["9"]).found[0].handle == "zoe"


def test_a_token_that_is_refused_also_after_a_refresh_is_marked(
    sources: Sources, server: XServer
) -> None:
    logged_in(sources, server)
    unauthorized = Reply(401, {"title": "Unauthorized"})
    new = {"access_token": "also-bad", "refresh_token": "r", "expires_in": 7200}
    server.replies += [unauthorized, Reply(200, new), unauthorized]
    with pytest.raises(CredentialDeadError, match="also a new one"):
        sources.source_of("x-ada").profiles(["9"])
    row = sources.credentials.find("x-ada")
    assert row is not None
    assert "also a new one" in (row.broken or "")


def test_the_settings_token_is_marked_when_x_refuses_it(
    database: Database, server: XServer, clock: FakeClock, tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path, config=tmp_path / "a", x_api_url=server.url, x_bearer_token="app-token"
    )
    sources = Sources(settings, database, clock)
    with pytest.raises(CredentialDeadError, match="can't be refreshed"):
        sources.source_of("x").profiles(["9"])
    assert server.asked[0].headers["authorization"] == "Bearer app-token"
    (row,) = sources.credentials.all()
    assert row.broken is not None
