"""X's gateway against a real server: what it asks, and what it makes of bad answers."""

import gzip
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.domain.graph.failures import (
    CredentialDeadError,
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NoCreditsError,
    NotAllowedError,
    RateLimitedError,
    UsageCappedError,
)
from pipeline.domain.graph.kinds import AccountState, Direction
from pipeline.domain.graph.port import Page
from pipeline.ingest.graph.x import adapter
from pipeline.ingest.graph.x.gateway import XSource
from pipeline.ingest.graph.x.token import OneToken, Token
from tests.support import x_recorded
from tests.support.clock import FakeClock
from tests.support.harness_processes import until
from tests.support.x_server import Reply, XServer, x_server

pytestmark = pytest.mark.services

SECRET = "AAAAAAAAAAAAAAAAAAAAAsecret%2Btoken"
PAGE = {"data": [{"id": "7", "username": "ada", "name": "Ada"}], "meta": {"result_count": 1}}
TOO_MANY = {"title": "Too Many Requests", "type": "about:blank", "status": 429}


class Renewing:
    """Gives another token where one was refused, a few times."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = [Token(value, n) for n, value in enumerate(tokens)]
        self.given_up = ""

    def token(self) -> Token:
        return self.tokens[0]

    def renewed(self, refused: Token) -> Token:
        assert refused == self.tokens[0]
        return self.tokens[1]

    def give_up(self, refused: Token, reason: str) -> CredentialDeadError:
        self.given_up = refused.value
        return CredentialDeadError(reason)


@pytest.fixture
def server() -> Iterator[XServer]:
    with x_server(lambda _asked: Reply(body=PAGE)) as running:
        yield running


def source(server: XServer, clock: FakeClock, token: str = SECRET) -> XSource:
    return XSource(OneToken(token), base_url=server.url, clock=clock)


def impatient(server: XServer, clock: FakeClock) -> XSource:
    """For answers that take for ever: others, too, may take this long on a busy machine."""
    return XSource(
        OneToken(SECRET), base_url=server.url, clock=clock, timeouts=(10.0, 0.3), longest=0.6
    )


def followers(x: XSource, **more: Any) -> Page:
    asked: dict[str, Any] = {"cursor": None, "size": 50} | more
    return x.page("12", Direction.FOLLOWERS, **asked)


def test_a_page_is_asked_for_at_the_address_that_is_set(server: XServer, clock: FakeClock) -> None:
    page = followers(source(server, clock), cursor="KFQ7D80IT44HGZZZ")
    assert [each.handle for each in page.people] == ["ada"]
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/2/users/12/followers")
    assert asked.query == {
        "max_results": "50",
        "pagination_token": "KFQ7D80IT44HGZZZ",
        "user.fields": "created_at,id,name,protected,public_metrics,username",
    }
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers["host"] == server.url.removeprefix("http://")


def test_each_question_has_its_path(server: XServer, clock: FakeClock) -> None:
    x = source(server, clock)
    x.page("12", Direction.FOLLOWING, cursor=None, size=5000)
    x.profiles(["7", "7", "8"])
    x.find("ada")
    server.replies.append(Reply(body={"data": {"id": "7", "username": "ada"}}))
    assert [each.handle for each in x.whoami().found] == ["ada"]
    assert [each.path for each in server.asked] == [
        "/2/users/12/following",
        "/2/users",
        "/2/users/by/username/ada",
        "/2/users/me",
    ]
    assert server.asked[0].query["max_results"] == "1000"
    assert server.asked[1].query["ids"] == "7,8"


def test_what_can_be_no_id_and_no_handle_is_not_asked_for(
    server: XServer, clock: FakeClock
) -> None:
    x = source(server, clock)
    for odd in ("12/../../oauth2", "1" * 20):
        with pytest.raises(ListGoneError) as caught:  # of that list alone, not of the credential
            x.page(odd, Direction.FOLLOWERS, cursor=None, size=1)
        assert caught.value.state is AccountState.UNKNOWN
    with pytest.raises(NotAllowedError):
        x.profiles([str(n) for n in range(101)])
    assert x.find("../me").missing == {"../me": AccountState.UNKNOWN}
    assert x.profiles(["did:plc:1"]).missing == {"did:plc:1": AccountState.UNKNOWN}
    assert x.profiles([]).missing == {}
    assert server.asked == []


REFUSALS: list[tuple[Reply, type[Exception]]] = [
    (Reply(402, {"title": "CreditsDepleted"}), NoCreditsError),
    (Reply(403, {"reason": "client-not-enrolled", "type": "x/client-forbidden"}), NotAllowedError),
    (Reply(429, {"type": "x/usage-capped"}), UsageCappedError),
    (Reply(400, {"errors": [{"parameters": {"pagination_token": ["x"]}}]}), CursorExpiredError),
    (Reply(503, b"<html>down</html>", {"Content-Type": "text/html"}), NetworkDownError),
    (Reply(500, [{"code": 1}]), NetworkDownError),
    (Reply(403, "a string"), NotAllowedError),
    (Reply(429, {"errors": None}, {"x-rate-limit-reset": "soon"}), RateLimitedError),
    (Reply(200, b"{"), NetworkDownError),
    (Reply(200, PAGE, cut=10), NetworkDownError),
    (Reply(200, b"no gzip", {"Content-Encoding": "gzip"}), NetworkDownError),
]


@pytest.mark.parametrize(("reply", "kind"), REFUSALS, ids=range(len(REFUSALS)))
def test_a_bad_answer_is_its_failure_and_nothing_else(
    server: XServer, clock: FakeClock, reply: Reply, kind: type[Exception]
) -> None:
    server.replies.append(reply)
    with pytest.raises(kind) as caught:
        followers(source(server, clock), cursor="KFQ7D80IT44HGZZZ")
    assert caught.type is kind
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "reply", [Reply(200, PAGE, stall=60.0), Reply(200, b" " * 100, trickle=0.05)], ids=range(2)
)
def test_an_answer_that_takes_too_long_is_given_up(
    server: XServer, clock: FakeClock, reply: Reply
) -> None:
    server.replies.append(reply)
    with pytest.raises(NetworkDownError):
        followers(impatient(server, clock), cursor="KFQ7D80IT44HGZZZ")
    until(lambda: server.asked, within=60, what="the question")
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_a_network_that_is_down(clock: FakeClock) -> None:
    with x_server() as gone:
        pass
    with pytest.raises(NetworkDownError, match="ConnectionError"):
        followers(source(gone, clock))


def test_limits_of_a_refusal_are_by_our_clock(server: XServer, clock: FakeClock) -> None:
    now = datetime.now(UTC)
    clock.now = now - timedelta(hours=5)  # ours is wrong
    reset = str(int(now.timestamp()) + 300)
    server.replies.append(
        Reply(429, TOO_MANY, {"x-rate-limit-reset": reset, "x-rate-limit-remaining": "0"})
    )
    with pytest.raises(RateLimitedError) as caught:
        followers(source(server, clock))
    assert caught.value.limits.reset_at is not None
    wait = caught.value.limits.reset_at - clock.now
    # The server says what time it is when it answers, which a busy one does late.
    assert timedelta(seconds=200) <= wait <= timedelta(seconds=302)


def test_a_refusal_without_headers_waits_a_whole_window(server: XServer, clock: FakeClock) -> None:
    server.replies.append(Reply(429, TOO_MANY))
    with pytest.raises(RateLimitedError) as caught:
        followers(source(server, clock))
    assert caught.value.limits.reset_at == clock.now + timedelta(seconds=900)


def test_a_hidden_limit_is_told_from_the_window(server: XServer, clock: FakeClock) -> None:
    server.replies.append(Reply(429, TOO_MANY, {"x-rate-limit-remaining": "250"}))
    with pytest.raises(RateLimitedError) as caught:
        followers(source(server, clock))
    assert caught.value.hidden


def test_a_cursor_that_was_not_sent_is_not_to_blame(server: XServer, clock: FakeClock) -> None:
    server.replies.append(Reply(400, {"errors": [{"parameters": {"pagination_token": [""]}}]}))
    with pytest.raises(NotAllowedError):
        followers(source(server, clock))


def test_an_answer_that_is_packed_is_unpacked(server: XServer, clock: FakeClock) -> None:
    packed = gzip.compress(b'{"data": [{"id": "7"}], "meta": {"result_count": 1}}')
    server.replies.append(Reply(200, packed, {"Content-Encoding": "gzip"}))
    assert [each.native_id for each in followers(source(server, clock)).people] == ["7"]


def test_an_answer_without_end_is_not_read_to_its_end(server: XServer, clock: FakeClock) -> None:
    bomb = gzip.compress(b" " * (adapter.LARGEST * 4), 9)
    server.replies.append(Reply(200, bomb, {"Content-Encoding": "gzip"}))
    x = XSource(OneToken(SECRET), base_url=server.url, clock=clock)
    with pytest.raises(NetworkDownError, match="more than"):
        followers(x)


def test_a_redirect_is_not_followed(server: XServer, clock: FakeClock) -> None:
    with x_server(lambda _asked: Reply(body=PAGE)) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            server.replies.append(Reply(status, "", {"Location": elsewhere.url + "/2/users"}))
            with pytest.raises(NetworkDownError):
                followers(source(server, clock))
        assert elsewhere.asked == []


def test_the_environment_sets_neither_proxy_nor_password(
    server: XServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password evil\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with x_server() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        followers(source(server, clock))
        assert proxy.asked == []
    assert server.asked[0].headers["authorization"] == f"Bearer {SECRET}"


def test_a_refused_token_is_renewed_once(server: XServer, clock: FakeClock) -> None:
    server.replies.append(Reply(401, {"title": "Unauthorized"}))
    x = XSource(Renewing("old", "new"), base_url=server.url, clock=clock)
    assert len(followers(x).people) == 1
    sent = [each.headers["authorization"] for each in server.asked]
    assert sent == ["Bearer old", "Bearer new"]


def test_a_renewed_token_that_is_refused_too_is_given_up(server: XServer, clock: FakeClock) -> None:
    server.replies += [Reply(401, {"title": "Unauthorized"})] * 2
    keyring = Renewing("old", "new")
    with pytest.raises(CredentialDeadError):
        followers(XSource(keyring, base_url=server.url, clock=clock))
    assert keyring.given_up == "new"
    assert len(server.asked) == 2


ECHOES = [
    Reply(403, {"title": "Forbidden", "detail": f"Bearer {SECRET} may not"}),
    Reply(429, {"title": f"{SECRET}"}),
    Reply(400, {"detail": f"token {SECRET}"}),
    Reply(503, f"<html>{SECRET}</html>".encode()),
    Reply(200, {"errors": [{"title": "odd", "detail": SECRET}]}),
    Reply(200, PAGE, cut=10),
    Reply(401, {"detail": SECRET}),
    Reply(302, "", {"Location": "http://127.0.0.1:1/"}),
]


@pytest.mark.parametrize("reply", ECHOES, ids=range(len(ECHOES)))
def test_a_token_shows_in_no_error_no_log_and_no_frame(
    server: XServer, clock: FakeClock, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    server.replies.append(reply)
    x = source(server, clock)
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception) as caught:  # noqa: PT011 - any
        followers(x)
    shown = [*traceback.format_exception(caught.value), repr(x), caplog.text, repr(vars(x))]
    shown += _locals_of(caught.value)
    assert not [text for text in shown if SECRET in text]


def _locals_of(error: BaseException | None) -> list[str]:
    """What a collector of errors would send along: local variables of every frame."""
    found = []
    while error is not None:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        inner = [frame for frame in frames if "tests" not in frame.f_code.co_filename]
        found += [repr(dict(frame.f_locals)) for frame in inner]
        error = error.__cause__ or error.__context__
    return found


def test_a_token_that_can_be_none_is_not_sent_and_not_shown(
    server: XServer, clock: FakeClock
) -> None:
    for odd in ("secret\ntoken", "sécret"):
        with pytest.raises(CredentialDeadError) as caught:
            followers(source(server, clock, odd))
        assert odd not in str(caught.value)
    assert server.asked == []


CASSETTES = [
    "test_client_get_users_followers.yaml",
    "test_client_get_users_following.yaml",
    "test_asyncclient_get_users_followers.yaml",
    "test_asyncclient_get_users_following.yaml",
]


@pytest.mark.parametrize("cassette", CASSETTES)
def test_recorded_traffic_reads_as_it_was_decoded(
    server: XServer, clock: FakeClock, cassette: str
) -> None:
    wire = x_recorded.on_the_wire(cassette)
    (decoded,) = [each for each in x_recorded.answers() if each.cassette == cassette]
    kept = {k: v for k, v in wire.headers.items() if k.startswith(("x-rate", "content-encoding"))}
    server.replies.append(Reply(wire.status, wire.raw, kept))
    direction = Direction(wire.path.rpartition("/")[2])
    page = source(server, clock).page(wire.path.split("/")[3], direction, cursor=None, size=100)
    assert server.asked[0].path == wire.path
    assert [(p.native_id, p.handle, p.name) for p in page.people] == [
        (user["id"], user["username"], user["name"]) for user in decoded.body["data"]
    ]
    assert page.cursor == decoded.body["meta"].get("next_token")
    assert (page.limits.limit, page.limits.remaining) == (15, 14)
