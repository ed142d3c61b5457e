"""The parts of a login that need no network."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.errors import Rejected
from pipeline.ingest.graph.x.oauth import App, Attempt, XOAuth

BACK = "http://127.0.0.1:8421/callback"


def begun(base_url: str = "https://api.x.com") -> Attempt:
    return XOAuth(base_url, App("my-client", "my-secret")).begin(BACK)


def asked(attempt: Attempt) -> dict[str, str]:
    return {name: each[0] for name, each in parse_qs(urlsplit(attempt.url).query).items()}


def test_a_login_asks_for_what_lists_need_and_no_more() -> None:
    attempt = begun()
    values = asked(attempt)
    assert values["scope"].split() == ["users.read", "tweet.read", "follows.read", "offline.access"]
    assert (values["response_type"], values["client_id"]) == ("code", "my-client")
    assert (values["redirect_uri"], values["state"]) == (BACK, attempt.state)


def test_the_challenge_is_the_digest_of_the_verifier() -> None:
    attempt = begun()
    digest = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest())
    assert asked(attempt)["code_challenge"] == digest.rstrip(b"=").decode()
    assert asked(attempt)["code_challenge_method"] == "S256"
    assert 43 <= len(attempt.verifier) <= 128  # RFC 7636, section 4.1
    assert attempt.verifier not in attempt.url


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("https://api.x.com", "https://x.com/i/oauth2/authorize"),
        ("https://api.twitter.com/", "https://x.com/i/oauth2/authorize"),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000/2/oauth2/authorize"),
    ],
)
def test_people_are_sent_where_x_asks_them(base_url: str, address: str) -> None:
    assert begun(base_url).url.partition("?")[0] == address


def test_each_login_has_its_own_state_and_verifier() -> None:
    one, two = begun(), begun()
    assert one.state != two.state
    assert one.verifier != two.verifier


def test_the_code_is_taken_from_the_answer_to_this_login_alone() -> None:
    attempt = begun()
    assert attempt.code_in(f" {BACK}?state={attempt.state}&code=c0de\n") == "c0de"
    for address in (
        f"{BACK}?code=c0de",
        f"{BACK}?state=other&code=c0de",
        "",
        "http://[::?x",
        "é?state=é",
    ):
        assert not attempt.is_answered_by(address)
        with pytest.raises(Rejected, match="state"):
            attempt.code_in(address)


def test_who_does_not_allow_it_is_told_so() -> None:
    attempt = begun()
    with pytest.raises(Rejected, match="access_denied"):
        attempt.code_in(f"{BACK}?state={attempt.state}&error=access_denied")


def test_nothing_secret_shows() -> None:
    attempt = begun()
    assert attempt.verifier not in repr(attempt)
    assert repr(App("id", "my-secret")) == "App('id')"
