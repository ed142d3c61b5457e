"""Pages and profiles, as X sends them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from pipeline.domain.graph.failures import ListGoneError, NetworkDownError, NoCreditsError
from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import Limits, Page, Person
from pipeline.ingest.graph.x.answer import Answer
from pipeline.ingest.graph.x.reading import page_of, profiles_of
from tests.support import x_recorded

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
GONE = "https://api.x.com/2/problems/resource-not-found"
ADA = {
    "id": "7",
    "username": "ada",
    "name": "Ada",
    "created_at": "2013-12-14T04:35:55.000Z",
    "public_metrics": {"followers_count": 5, "following_count": 3, "tweet_count": 1},
    "protected": True,
}


def read(body: Any, **headers: str) -> Page:
    return page_of(Answer(200, headers, msgspec.json.encode(body)), now=NOW)


def test_an_account_is_read_with_what_is_asked_for() -> None:
    page = read({"data": [ADA], "meta": {"result_count": 1}})
    since = datetime(2013, 12, 14, 4, 35, 55, tzinfo=UTC)
    assert page.people == [Person("7", "ada", "Ada", since, 5, 3, protected=True)]
    assert page.cursor is None


@pytest.mark.parametrize(
    "odd",
    [
        {"username": 5, "name": None, "created_at": "soon", "public_metrics": []},
        {"created_at": "2013-12-14", "public_metrics": {"followers_count": -1}},
        {"created_at": "0001-01-01T00:00:00+23:00", "public_metrics": {"followers_count": "5"}},
    ],
)
def test_a_field_that_makes_no_sense_is_left_out(odd: dict[str, Any]) -> None:
    page = read({"data": [{"id": "7"} | odd], "meta": {"result_count": 1}})
    assert page.people == [Person("7")]


def test_texts_are_fit_to_be_stored() -> None:
    page = read({"data": [{"id": "7", "name": "A\0da" + "x" * 500}], "meta": {"result_count": 1}})
    name = page.people[0].name
    assert name is not None
    assert name.startswith("Adax")
    assert len(name) == 256


@pytest.mark.parametrize("id_", [7, None, "", "7a", "1" * 20, "\uff17"])
def test_an_account_without_an_id_makes_the_page_unreadable(id_: Any) -> None:
    with pytest.raises(NetworkDownError, match="no id"):
        read({"data": [ADA, ADA | {"id": id_}], "meta": {"result_count": 2}})


def test_a_short_page_with_a_token_is_not_the_last() -> None:
    page = read({"data": [ADA], "meta": {"result_count": 1, "next_token": "KFQ7D80IT44HGZZZ"}})
    assert page.cursor == "KFQ7D80IT44HGZZZ"


def test_a_page_may_be_empty_and_not_the_last() -> None:
    page = read({"meta": {"result_count": 0, "next_token": "KFQ7D80IT44HGZZZ"}})
    assert (page.people, page.cursor) == ([], "KFQ7D80IT44HGZZZ")


@pytest.mark.parametrize(
    "body",
    [
        {"data": ADA},
        {"data": [ADA], "meta": {"next_token": 5}},
        {},
        {"data": []},
        {"meta": {}},
        {"data": None, "meta": {"result_count": 3}},
        [],
        "x",
        None,
    ],
)
def test_what_makes_no_sense_is_no_page_and_least_of_all_an_empty_one(body: Any) -> None:
    with pytest.raises(NetworkDownError):
        read(body)


def test_a_page_with_a_problem_beside_it_is_a_page() -> None:
    errors = [{"title": "Not Found Error", "type": GONE, "detail": "Could not find user: [9]."}]
    page = read({"data": [ADA], "errors": errors, "meta": {"result_count": 1}})
    assert [each.native_id for each in page.people] == ["7"]


def test_a_problem_without_a_page_is_no_empty_list() -> None:
    errors = [{"title": "Forbidden", "type": GONE, "detail": "User has been suspended: [7]."}]
    with pytest.raises(ListGoneError) as caught:
        read({"errors": errors, "meta": {"result_count": 0}})
    assert caught.value.state is AccountState.SUSPENDED


def test_the_reset_is_by_our_clock() -> None:
    # X's clock is a minute behind ours.
    theirs = NOW - timedelta(seconds=60)
    page = read(
        {"meta": {"result_count": 0}},
        **{
            "date": theirs.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "x-rate-limit-limit": "300",
            "x-rate-limit-remaining": "299",
            "x-rate-limit-reset": str(int(theirs.timestamp()) + 900),
        },
    )
    assert page.limits == Limits(300, 299, NOW + timedelta(seconds=900))
    assert page.answered_at == theirs


@pytest.mark.parametrize(
    "reset", ["", "soon", "-5", "1e9", "9" * 30, "²", "0", "4102444800", "999999999999"]
)
def test_a_reset_that_makes_no_sense_is_none(reset: str) -> None:
    page = read({"meta": {"result_count": 0}}, **{"x-rate-limit-reset": reset})
    assert page.limits.reset_at is None


def _missing(id_: str, title: str, detail: str, kind: str = GONE) -> dict[str, Any]:
    found = {"resource_type": "user", "resource_id": id_, "parameter": "ids", "value": id_}
    return found | {"title": title, "detail": detail, "type": kind}


def _profiles(body: Any, *asked: str, status: int = 200) -> Any:
    return profiles_of(Answer(status, {}, msgspec.json.encode(body)), asked, now=NOW)


def test_who_is_not_found_is_told_apart() -> None:
    hidden = "https://api.twitter.com/2/problems/not-authorized-for-resource"
    errors = [
        _missing("1", "Forbidden", "User has been suspended: [1]."),
        _missing("2", "Not Found Error", "Could not find user with ids: [2]."),
        _missing("3", "Authorization Error", "Sorry, you are not authorized", hidden),
    ]
    profiles = _profiles({"data": [ADA], "errors": errors}, "7", "1", "2", "3", "4")
    assert [each.native_id for each in profiles.found] == ["7"]
    assert profiles.missing == {
        "1": AccountState.SUSPENDED,
        "2": AccountState.DELETED,
        "3": AccountState.PROTECTED,
        "4": AccountState.UNKNOWN,
    }


def test_an_id_is_also_read_out_of_the_sentence() -> None:
    said = {"title": "Not Found Error", "type": GONE, "detail": "Could not find user with id: [2]."}
    assert _profiles({"errors": [said]}, "2").missing == {"2": AccountState.DELETED}


def test_a_problem_that_says_nothing_of_an_account_leaves_it_unknown() -> None:
    odd = {"title": "Odd", "resource_id": "2", "value": "2"}
    profiles = _profiles({"data": [ADA], "errors": [odd]}, "7", "2")
    assert profiles.missing == {"2": AccountState.UNKNOWN}


def test_nobody_is_missing_who_was_found() -> None:
    said = _missing("7", "Not Found Error", "Could not find user with ids: [7].")
    assert _profiles({"data": [ADA], "errors": [said]}, "7").missing == {}


def test_a_handle_is_found_whatever_its_case() -> None:
    profiles = _profiles({"data": ADA}, "ADA")
    assert ([each.native_id for each in profiles.found], profiles.missing) == (["7"], {})


def test_a_handle_that_nobody_has_is_missing_under_the_handle() -> None:
    said = _missing("Nobody", "Not Found Error", "Could not find user with username: [Nobody].")
    assert _profiles({"errors": [said]}, "nobody").missing == {"nobody": AccountState.DELETED}


def test_a_handle_may_also_be_missing_by_status() -> None:
    said = {"errors": [{"code": 50, "message": "User not found."}]}
    assert _profiles(said, "nobody", status=404).missing == {"nobody": AccountState.DELETED}


@pytest.mark.parametrize("body", [{}, {"data": []}, {"errors": []}, {"meta": {"result_count": 0}}])
def test_an_answer_that_is_about_nobody_is_none(body: Any) -> None:
    with pytest.raises(NetworkDownError):
        _profiles(body, "1", "2")


def test_an_answer_about_others_is_none() -> None:
    said = _missing("9", "Not Found Error", "Could not find user with ids: [9].")
    with pytest.raises(NetworkDownError, match="other accounts"):
        _profiles({"errors": [said]}, "1", "2")
    with pytest.raises(NetworkDownError, match="other accounts"):
        _profiles({"errors": [{"code": 17, "message": "No user matches"}]}, "1", "2", status=404)


def test_a_refusal_of_a_lookup_is_its_failure() -> None:
    with pytest.raises(NoCreditsError):
        _profiles({"title": "CreditsDepleted"}, "1", status=402)


def test_whose_token_it_is_is_read() -> None:
    body = Answer(200, {}, msgspec.json.encode({"data": ADA}))
    told = profiles_of(body, (), now=NOW)
    assert ([each.handle for each in told.found], told.missing) == (["ada"], {})
    with pytest.raises(NetworkDownError):
        profiles_of(Answer(200, {}, b"{}"), (), now=NOW)


def _recorded(*ends: str) -> list[x_recorded.Recorded]:
    return [each for each in x_recorded.answers() if each.path.endswith(ends)]


def test_recorded_lists_are_read_in_order_and_whole() -> None:
    lists = [each for each in _recorded("/followers", "/following") if "data" in each.body]
    lists = [each for each in lists if isinstance(each.body["data"], list)]
    assert len(lists) == 4
    for each in lists:
        raw = Answer(each.status, each.headers, msgspec.json.encode(each.body))
        page = page_of(raw, now=NOW)
        assert [p.native_id for p in page.people] == [user["id"] for user in each.body["data"]]
        assert [p.handle for p in page.people] == [user["username"] for user in each.body["data"]]
        assert page.cursor == each.body["meta"].get("next_token")
        assert page.limits.limit == 15
        assert page.limits.remaining == 14


def test_a_recorded_window_begins_with_its_first_request() -> None:
    for each in _recorded("/followers", "/following"):
        if each.headers.get("x-rate-limit-limit") != "15":
            continue
        raw = Answer(each.status, each.headers, msgspec.json.encode(each.body))
        # Recorded years ago: by our clock it ends 900 s after the request, which took a second once.
        reset_at = page_of(raw, now=NOW).limits.reset_at
        assert reset_at is not None
        assert timedelta(seconds=899) <= reset_at - NOW <= timedelta(seconds=900)


def test_recorded_profiles_are_read() -> None:
    for each in _recorded("/by/username/Twitter", "usernames=Twitter%2CTwitterDev"):
        raw = Answer(each.status, each.headers, msgspec.json.encode(each.body))
        profiles = profiles_of(raw, ["twitter"], now=NOW)
        assert profiles.found[0].native_id == "783214"
        assert profiles.missing == {}
