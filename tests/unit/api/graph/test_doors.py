"""Questions over HTTP."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipeline.api.edge import Edge
from tests.support.examples import SHARED
from tests.support.graphs import Graphs, day
from tests.unit.api.graph.conftest import Ask
from tests.unit.api.reading import get

QUIRKS = settings(SHARED, max_examples=20)
QUESTIONS = ("accounts", "compare", "changes", "series", "suggestions")
FIELDS = (
    *("account", "network", "direction", "only", "mutual", "at_least", "at", "since", "until"),
    *("kind", "after", "size", "format"),
)
NOUNS = "compare?account=ada&account=bob"


def handles(items: list[dict[str, Any]]) -> list[str | None]:
    return [item["account"]["handle"] for item in items]


def test_a_comparison_tells_its_members_and_what_it_stands_on(ask: Ask) -> None:
    answer = ask(NOUNS).json()
    assert (answer["question"], answer["direction"]) == ("common", "following")
    assert handles(answer["members"]) == ["cyd"]
    assert answer["members"][0]["certain"] is True
    assert answer["total"] == {"certain": 1, "possible": 1}
    assert [each["read_at"] for each in answer["lists"]] == ["2026-03-01T00:00:00Z"] * 2
    assert [each["size"]["certain"] for each in answer["lists"]] == [3, 2]
    assert "next" not in answer


def test_every_question_can_be_asked(ask: Ask) -> None:
    assert handles(ask(f"{NOUNS}&only=ada").json()["members"]) == ["bob", None]
    assert handles(ask(f"{NOUNS}&at_least=1").json()["members"]) == [*("ada", "bob", "cyd", None)]
    for flag in ("mutual", "mutual=1"):
        assert handles(ask(f"compare?account=ada&{flag}").json()["members"]) == ["bob", None]
    assert ask("compare?account=ada&mutual=0").json()["question"] == "common"
    followers = ask("compare?account=ada&direction=followers").json()
    assert handles(followers["members"]) == ["bob", None]


def test_what_is_not_known_is_null_not_zero(ask: Ask) -> None:
    answer = ask("compare?account=cyd").json()
    assert answer["total"] == {"certain": 0, "possible": None}
    assert (answer["lists"][0]["kept"], answer["lists"][0]["read_at"]) == (False, None)


def test_a_long_answer_is_paged_to_its_end(ask: Ask) -> None:
    found, after = [], ""
    while after is not None:
        answer = ask(f"compare?account=ada&size=1{after}").json()
        found += handles(answer["members"])
        after = f"&after={answer['next']}" if "next" in answer else None
    assert found == ["bob", "cyd", None]


def test_names_that_are_unknown_are_counted_with_their_price(ask: Ask) -> None:
    assert ask("compare?account=ada").json()["nameless"] == {"count": 1, "cost_micros": 10_000}


def test_changes_have_bounds_and_reasons_and_are_paged(ask: Ask) -> None:
    first = ask("changes?account=ada&size=1").json()
    second = ask(f"changes?account=ada&size=1&after={first['next']}").json()
    told = [
        (each["account"]["handle"], each["kind"], each["reason"], each["lo"], each["hi"])
        for each in first["changes"] + second["changes"]
    ]
    bounds = ("2026-03-01T00:00:00Z", "2026-03-04T00:00:00Z")
    assert told == [("cyd", "lost", "suspended", *bounds), (None, "gained", None, *bounds)]
    assert "next" not in second
    assert ask("changes?account=ada&kind=gained&kind=missing").json()["changes"] == [
        {**second["changes"][0]}
    ]


def test_a_series_shows_gaps_and_ranges(ask: Ask) -> None:
    answer = ask("series?account=ada&since=2026-02-28T10:00:00Z").json()
    assert [day["day"] for day in answer["days"]] == [
        *("2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05")
    ]
    assert [day["read"] for day in answer["days"]] == [None, "sweep", None, None, "sweep", None]
    assert answer["days"][2]["size"] == {"certain": 1, "possible": 3}
    assert answer["days"][2]["changes"] == {
        "gained": {"certain": 0, "possible": 1},
        "suspended": {"certain": 0, "possible": 1},
    }


def test_suggestions_say_of_how_many_friends_they_know(ask: Ask) -> None:
    answer = ask("suggestions?account=ada&at_least=1").json()
    assert (answer["friends"], answer["friends_read"], answer["total"]) == (3, 1, 0)


def test_accounts_are_listed_with_their_lists(ask: Ask) -> None:
    answer = ask("accounts").json()
    assert handles(answer["accounts"]) == ["ada", "bob"]
    lists = [
        (each["direction"], each["size"]["certain"]) for each in answer["accounts"][0]["lists"]
    ]
    assert lists == [("followers", 2), ("following", 3)]


def test_an_answer_is_private_and_kept_while_nothing_changes(ask: Ask, graphs: Graphs) -> None:
    first = ask("compare?account=bob")
    assert first.headers[b"cache-control"] == b"private, no-cache"
    etag = first.headers[b"etag"].decode()
    again = ask("compare?account=bob", if_none_match=etag)
    assert (again.status, again.body) == (304, b"")
    graphs.read(*graphs.people("eve"), [])
    assert ask("compare?account=bob", if_none_match=etag).status == 304


def test_an_answer_is_made_anew_when_its_list_or_a_name_changes(ask: Ask, graphs: Graphs) -> None:
    etag = ask("accounts").headers[b"etag"].decode()
    (eve,) = graphs.people("eve")
    key = graphs.read(eve, [])
    changed = ask("accounts", if_none_match=etag)
    assert changed.status == 200
    graphs.revise(key, 2)
    assert ask("accounts", if_none_match=changed.headers[b"etag"].decode()).status == 200
    etag = ask("accounts").headers[b"etag"].decode()
    graphs.rename(eve, "eva")
    assert ask("accounts", if_none_match=etag).status == 200


@pytest.mark.parametrize(
    "address",
    [
        "compare",
        "compare?account=ada&only=bob&at_least=2",
        "compare?account=ada&direction=sideways",
        "compare?account=ada&at=yesterday",
        "compare?account=ada&size=0",
        "compare?account=ada&size=1001",
        "compare?account=ada&after=4294967296",
        "compare?" + "&".join(["account=a"] * 21),
        "compare?account=" + "a" * 301,
        "changes",
        "changes?account=ada&kind=eaten",
        "changes?account=ada&after=nonsense",
        "changes?account=ada&since=2026-03-02&until=2026-03-01",
        "series?account=ada&since=2000-01-01",
        "suggestions?account=ada&at_least=none",
        "compare?account=ada&mutual=perhaps",
        "export?format=xls",
    ],
)
def test_a_wrong_parameter_is_a_problem(ask: Ask, address: str) -> None:
    reply = ask(address)
    assert (reply.status, reply.json()["type"]) == (422, "/problems/invalid")


@pytest.mark.parametrize("address", [*QUESTIONS[1:], "export"])
def test_an_account_that_nobody_knows_is_not_found(ask: Ask, address: str) -> None:
    reply = ask(f"{address}?account=nobody")
    assert (reply.status, reply.json()["type"]) == (404, "/problems/not-found")


@QUIRKS
@given(
    st.sampled_from([*QUESTIONS, "export"]),
    st.lists(st.tuples(st.sampled_from(FIELDS), st.text(max_size=20)), max_size=4),
)
def test_no_query_is_answered_with_a_server_error(
    public_edge: Edge, address: str, fields: list[tuple[str, str]]
) -> None:
    pairs = [("account", "ada"), *fields]
    query = "&".join(f"{n}={quote(v.encode('utf-8', 'surrogatepass'))}" for n, v in pairs)
    reply = get(public_edge, f"/api/graph/{address}?{query}")
    assert reply.status in {200, 404, 422}, (query, reply.body)


def test_every_answer_is_of_the_shape_that_is_described(ask: Ask, edge: Edge) -> None:
    described = get(edge, "/api/openapi.json").json()
    for name in QUESTIONS:
        answers = described["paths"][f"/api/graph/{name}"]["get"]["responses"]
        schema = answers["200"]["content"]["application/json"]["schema"]
        whole = {**schema, "components": described["components"]}
        body = ask(f"{name}?account=ada&at_least=1").json()
        Draft202012Validator(whole).validate(body)


def test_an_export_is_a_file(ask: Ask, tmp_path: Path) -> None:
    reply = ask("export?format=csv&account=bob")
    assert reply.headers[b"content-type"] == b"text/csv; charset=utf-8"
    assert reply.headers[b"content-disposition"] == b'attachment; filename="graph.csv"'
    assert reply.headers[b"cache-control"] == b"private, no-store"
    assert len(reply.body) == int(reply.headers[b"content-length"])
    assert reply.body.decode().splitlines()[1:] == [
        line for line in reply.body.decode().splitlines() if ",bob," in line
    ]
    for ending, start in (("gexf", b"<?xml"), ("graphml", b"<?xml"), ("parquet", b"PAR1")):
        assert ask(f"export?format={ending}").body.startswith(start)
    assert not list(tmp_path.glob(".afterword-export*"))


def test_the_moment_of_an_export_is_heeded(ask: Ask) -> None:
    then = ask(f"export?account=ada&direction=followers&at={quote(day(0).isoformat())}")
    now = ask(f"export?account=ada&direction=followers&at={quote(day(4).isoformat())}")
    assert (len(then.body.splitlines()), len(now.body.splitlines())) == (3, 3)
    assert then.body != now.body
