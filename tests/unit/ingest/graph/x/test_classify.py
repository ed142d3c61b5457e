"""Which failure an answer of X is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import Page, Profiles
from pipeline.ingest.graph.x.answer import Answer
from pipeline.ingest.graph.x.classify import failure_of
from pipeline.ingest.graph.x.reading import page_of, profiles_of
from tests.support import x_recorded

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PROBLEMS = "https://api.twitter.com/2/problems/"
HTML = b"<html><body><h1>503 Service Unavailable</h1></body></html>"
FAILURES = (
    CredentialDeadError,
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NoCreditsError,
    NotAllowedError,
    RateLimitedError,
    UsageCappedError,
)


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Answer(status, {name.replace("_", "-"): v for name, v in headers.items()}, raw)


def problem(kind: str, title: str = "", detail: str = "", **more: Any) -> dict[str, Any]:
    return {"type": PROBLEMS + kind, "title": title, "detail": detail, **more}


TOO_MANY = {"title": "Too Many Requests", "type": "about:blank", "status": 429}
CREDITS = problem("credits", "CreditsDepleted", "Your enrolled account [1] does not have any")
TOKEN = {
    "errors": [
        {
            "parameters": {"pagination_token": ["x"]},
            "message": "The `pagination_token` query parameter value [x] is not a valid token",
        }
    ],
    "title": "Invalid Request",
    "detail": "One or more parameters to your request was invalid.",
    "type": PROBLEMS + "invalid-request",
}
KINDS: list[tuple[int, Any, type[Exception]]] = [
    (400, TOKEN, CursorExpiredError),
    (400, problem("invalid-request", "Invalid Request", "what `max_results`?"), NotAllowedError),
    (400, None, NotAllowedError),
    (401, {"title": "Unauthorized", "type": "about:blank", "status": 401}, CredentialDeadError),
    (401, HTML, CredentialDeadError),
    (402, CREDITS, NoCreditsError),
    (402, HTML, NoCreditsError),
    (429, CREDITS, NoCreditsError),
    (403, problem("client-forbidden", reason="client-not-enrolled"), NotAllowedError),
    (403, {"errors": [{"code": 453, "message": "a subset of endpoints"}]}, NotAllowedError),
    (403, problem("usage-capped", "UsageCapExceeded"), UsageCappedError),
    (403, {"title": "SpendCapReached", "detail": "until the next cycle"}, UsageCappedError),
    (404, HTML, NotAllowedError),
    (404, {"title": "Not Found", "type": "about:blank"}, NotAllowedError),
    (404, {"errors": [{"code": 50, "message": "User not found."}]}, ListGoneError),
    (405, None, NotAllowedError),
    (408, None, NetworkDownError),
    (429, TOO_MANY, RateLimitedError),
    (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, RateLimitedError),
    (429, HTML, RateLimitedError),
    (429, problem("usage-capped", "UsageCapExceeded", "Usage cap exceeded"), UsageCappedError),
    (429, {"detail": "Usage cap exceeded: Monthly product cap"}, UsageCappedError),
    (500, None, NetworkDownError),
    (502, b"", NetworkDownError),
    (503, HTML, NetworkDownError),
    (504, "a string", NetworkDownError),
    (302, HTML, NetworkDownError),
    (204, b"", NetworkDownError),
    (0, b"", NetworkDownError),
    (999, b"[1, null]", NetworkDownError),
    (200, {"errors": [problem("internal-error")]}, NetworkDownError),
    (200, {"errors": [CREDITS]}, NoCreditsError),
    (200, {"errors": [problem("rate-limit-exceeded")]}, RateLimitedError),
]


@pytest.mark.parametrize(("status", "body", "kind"), KINDS)
def test_each_refusal_has_its_failure(status: int, body: Any, kind: type[Exception]) -> None:
    assert type(failure_of(answer(status, body), now=NOW)) is kind


GONE: list[tuple[dict[str, Any], AccountState]] = [
    (
        problem(
            "not-authorized-for-resource",
            "Authorization Error",
            "Sorry, you are not authorized to see the user with id: [7].",
        ),
        AccountState.PROTECTED,
    ),
    (
        problem("resource-not-found", "Forbidden", "User has been suspended: [7]."),
        AccountState.SUSPENDED,
    ),
    (
        problem("resource-not-found", "Not Found Error", "Could not find user with id: [7]."),
        AccountState.DELETED,
    ),
    (
        {"title": "Not Found Error", "detail": "Could not find user with id: [7]."},
        AccountState.DELETED,
    ),
    ({"code": 63, "message": "Suspended."}, AccountState.SUSPENDED),
]


@pytest.mark.parametrize(("said", "state"), GONE)
def test_problems_in_place_of_a_list_say_what_became_of_its_owner(
    said: dict[str, Any], state: AccountState
) -> None:
    failure = failure_of(answer(200, {"errors": [said]}), now=NOW)
    assert isinstance(failure, ListGoneError)
    assert failure.state is state


def test_types_count_by_their_last_part_whatever_the_host() -> None:
    new = CREDITS | {"type": "https://api.x.com/2/problems/credits", "title": "", "detail": ""}
    assert isinstance(failure_of(answer(403, new), now=NOW), NoCreditsError)


def test_a_window_without_a_reset_lasts_fifteen_minutes() -> None:
    failure = failure_of(answer(429, TOO_MANY), now=NOW)
    assert isinstance(failure, RateLimitedError)
    assert (failure.limits.reset_at, failure.hidden) == (NOW + timedelta(seconds=900), False)


def test_a_refusal_with_room_in_the_window_is_another_limit() -> None:
    headers = {"x-rate-limit-remaining": "12", "x-rate-limit-limit": "300"}
    failure = failure_of(Answer(429, headers, b""), now=NOW)
    assert isinstance(failure, RateLimitedError)
    assert (failure.hidden, failure.limits.remaining, failure.limits.reset_at) == (True, 12, None)


def test_the_reset_is_taken_from_the_headers() -> None:
    reset = NOW + timedelta(seconds=300)
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(reset.timestamp()))}
    failure = failure_of(Answer(429, headers, msgspec.json.encode(TOO_MANY)), now=NOW)
    assert isinstance(failure, RateLimitedError)
    assert failure.limits.reset_at == reset


def test_a_reason_is_short_and_printable() -> None:
    detail = "\x1b[31mno\n" + "x" * 10_000
    failure = failure_of(answer(403, {"title": "Forbidden", "detail": detail}), now=NOW)
    assert failure.reason.isprintable()
    assert len(failure.reason) < 300


RECORDED = {
    "TwitterAPI issue 180": RateLimitedError,
    "samples issue 160": NotAllowedError,
    "twitter-api-php issue 236": ListGoneError,
    "tweepy issue 1616": ListGoneError,
}


def test_refusals_that_people_have_seen_are_told_apart() -> None:
    seen = {}
    for each in x_recorded.errors():
        found = failure_of(answer(each.status, each.body), now=NOW)
        seen |= {name: type(found) for name in RECORDED if name in each.cassette}
    assert seen == RECORDED


def test_a_recorded_bad_request_is_no_expired_cursor() -> None:
    bad = [each for each in x_recorded.errors() if each.status == 400]
    assert [type(failure_of(answer(400, each.body), now=NOW)) for each in bad] == [NotAllowedError]


def test_a_recorded_problem_about_a_post_is_none_about_an_account() -> None:
    (protected,) = [e for e in x_recorded.errors() if "twitter-v2 issue 26" in e.cassette]
    found = failure_of(answer(200, protected.body), now=NOW)
    assert isinstance(found, NetworkDownError)


HEADERS = st.dictionaries(
    st.sampled_from(["x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset", "date"]),
    st.one_of(
        st.text(max_size=20),
        st.integers().map(str),
        st.just("Sat, 07 May 2022 12:56:30 UTC"),
    ),
)
NAMES = st.sampled_from(
    [
        *("data", "errors", "meta", "title", "type", "detail", "id", "value", "next_token"),
        *("result_count", "message", "code", "parameters", "resource_id", "resource_type"),
    ]
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=8,
)
BODIES = st.one_of(st.binary(max_size=60), JSON.map(msgspec.json.encode))


@settings(max_examples=60)
@given(st.integers(0, 999) | st.sampled_from([200, 400, 403, 429]), HEADERS, BODIES)
def test_nothing_that_is_sent_raises_anything_but_the_failures(
    status: int, headers: dict[str, str], body: bytes
) -> None:
    sent = Answer(status, headers, body)
    outcomes = [
        _outcome(lambda: page_of(sent, now=NOW)),
        _outcome(lambda: profiles_of(sent, ["1", "2"], now=NOW)),
        _outcome(lambda: profiles_of(sent, ["ada"], now=NOW)),
        _outcome(lambda: profiles_of(sent, (), now=NOW)),
    ]
    assert all(isinstance(each, (Page, Profiles)) or each.reason for each in outcomes)


def _outcome(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except FAILURES as failure:
        return failure


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"\x00"])
def test_bodies_made_to_hurt_are_no_answer(body: bytes) -> None:
    with pytest.raises(NetworkDownError):
        page_of(Answer(200, {}, body), now=NOW)
