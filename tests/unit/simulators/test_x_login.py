"""Logging in to the simulated X: PKCE, refresh tokens that work once, tokens that end."""

import base64
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.simulators.x.client import Client
from tests.simulators.x.credentials import App
from tests.simulators.x.faults import Fault
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.wire import Answer, Request
from tests.simulators.x.world import World
from tests.support.clock import FakeClock

BACK = "http://127.0.0.1:9999/back"
VERIFIER = "a-verifier-that-is-forty-three-characters-long"
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def x(clock: FakeClock) -> Simulator:
    return Simulator(World([("2", "1")]), clock=clock, apps=[App(owner="1")])


def authorize(x: Simulator, **more: str) -> Answer:
    query = {
        "response_type": "code",
        "client_id": "simulated-client",
        "redirect_uri": BACK,
        "state": "mine",
        "scope": "users.read tweet.read follows.read offline.access",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return x.handle(Request("GET", "/2/oauth2/authorize", query | more, {}))


def token(x: Simulator, *, basic: str = "", **form: str) -> Answer:
    body = urlencode({"client_id": "simulated-client"} | form).encode()
    coded = base64.b64encode(basic.encode()).decode()
    headers = {"authorization": f"Basic {coded}"} if basic else {}
    return x.handle(Request("POST", "/2/oauth2/token", {}, headers, body))


def exchange(x: Simulator, code: str, /, **more: str) -> Answer:
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    return token(x, **{**form, "code": code} | more)


def refresh(x: Simulator, tokens: dict[str, Any]) -> Answer:
    return token(x, grant_type="refresh_token", refresh_token=tokens["refresh_token"])


def code_of(answer: Answer) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def logged_in(x: Simulator) -> dict[str, Any]:
    tokens: dict[str, Any] = exchange(x, code_of(authorize(x))).body
    return tokens


def works(x: Simulator, tokens: dict[str, Any]) -> bool:
    return Client(x, tokens["access_token"]).get("/2/users/me").status == 200


def test_the_owner_logs_in(x: Simulator) -> None:
    back = authorize(x)
    assert back.status == 302
    assert back.headers["location"].startswith(f"{BACK}?state=mine&code=")
    tokens = exchange(x, code_of(back)).body
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 7200)
    me = Client(x, tokens["access_token"]).get("/2/users/me")
    assert me.body["data"]["id"] == "1"


def test_somebody_else_logs_in(x: Simulator) -> None:
    x.login.consenting = "2"
    me = Client(x, logged_in(x)["access_token"]).get("/2/users/me")
    assert me.body["data"]["id"] == "2"


def test_without_offline_access_there_is_no_refresh_token(x: Simulator) -> None:
    code = code_of(authorize(x, scope="users.read"))
    assert "refresh_token" not in exchange(x, code).body


def test_a_scope_that_was_not_given_opens_no_list(x: Simulator) -> None:
    code = code_of(authorize(x, scope="users.read"))
    client = Client(x, exchange(x, code).body["access_token"])
    assert client.page("1").status == 403
    assert client.get("/2/users/me").status == 200


@pytest.mark.parametrize("missing", ["client_id", "redirect_uri", "code_challenge"])
def test_a_request_without_a_part_is_refused(x: Simulator, missing: str) -> None:
    assert authorize(x, **{missing: ""}).status == 400


@pytest.mark.parametrize(
    "wrong", [{"code_verifier": "other"}, {"redirect_uri": "http://other"}, {"code": "other"}]
)
def test_a_code_is_for_him_who_asked_for_it(x: Simulator, wrong: dict[str, str]) -> None:
    answer = exchange(x, code_of(authorize(x)), **wrong)
    assert (answer.status, answer.body["error"]) == (400, "invalid_request")


def test_a_code_works_once_and_for_half_a_minute(x: Simulator, clock: FakeClock) -> None:
    code = code_of(authorize(x))
    assert [exchange(x, code).status for _ in range(2)] == [200, 400]
    code = code_of(authorize(x))
    clock.advance(seconds=31)
    assert exchange(x, code).status == 400


def test_an_access_token_lives_two_hours(x: Simulator, clock: FakeClock) -> None:
    tokens = logged_in(x)
    clock.advance(seconds=7199)
    assert works(x, tokens)
    clock.advance(seconds=1)
    assert not works(x, tokens)
    assert works(x, refresh(x, tokens).body)


def test_a_refresh_token_used_again_ends_the_whole_family(x: Simulator) -> None:
    first = logged_in(x)
    second = refresh(x, first).body
    assert works(x, second)
    assert refresh(x, first).status == 400
    assert not works(x, second)
    assert refresh(x, second).status == 400


def test_another_login_is_another_family(x: Simulator) -> None:
    first, other = logged_in(x), logged_in(x)
    refresh(x, first)
    refresh(x, first)
    assert works(x, other)


def test_logging_out_ends_the_tokens(x: Simulator) -> None:
    tokens = logged_in(x)
    form = urlencode({"client_id": "simulated-client", "token": tokens["access_token"]})
    assert x.handle(Request("POST", "/2/oauth2/revoke", {}, {}, form.encode())).status == 200
    assert not works(x, tokens)


def test_a_confidential_app_proves_itself(clock: FakeClock) -> None:
    x = Simulator(World(), clock=clock, apps=[App(owner="1", client_secret="made-up")])
    form = {"grant_type": "refresh_token", "refresh_token": ""}
    assert token(x, **form).status == 401
    assert token(x, basic="simulated-client:wrong", **form).status == 401
    given = x.tokens_for("1")["refresh_token"]
    form["refresh_token"] = given
    assert token(x, basic="simulated-client:made-up", **form).status == 200


def test_an_unknown_grant_is_refused(x: Simulator) -> None:
    assert token(x, grant_type="password").body["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("bearer", ["", "wrong"])
def test_who_has_no_token_is_unauthorized(x: Simulator, bearer: str) -> None:
    answer = Client(x, bearer).page("1")
    assert (answer.status, answer.body["title"]) == (401, "Unauthorized")
    assert "x-rate-limit-remaining" not in answer.headers


def test_token_calls_are_counted_and_may_fail(x: Simulator) -> None:
    tokens = logged_in(x)
    x.faults.add([Fault("lost", "token", count=1)])
    assert refresh(x, tokens).cut == "reset"
    assert refresh(x, tokens).status == 400
    counted = x.report.total("token").statuses
    assert counted == {"200": 1, "200-lost": 1, "400": 1}
