"""What a logged event still says once people in it are to be forgotten."""

import json

import pytest

from pipeline.domain.graph.blanking import (
    BLANK,
    encoded,
    fact_of,
    marks,
    mentions,
    struck,
    without_names,
)
from pipeline.domain.graph.facts import FollowChanged, Party

ADA, BOB = Party("71", username="ada_l", name="Ada"), Party("92", username="bob", name="Bob")
FACT = FollowChanged(ADA, BOB)
MARKED = marks(["71", "ada_l", "did:plc:abc", "ada.site.example"], ["Ada"])


def test_of_those_who_are_gone_only_ids_stay() -> None:
    assert without_names(FACT, {"71"}) == FollowChanged(Party("71"), BOB)
    assert without_names(FACT, {"71", "92"}) == FollowChanged(Party("71"), Party("92"))
    assert without_names(FACT, {"5"}) == FACT


def test_what_is_stored_reads_the_same() -> None:
    assert fact_of(encoded(FACT)) == FACT
    assert "name" not in encoded(without_names(FACT, {"71", "92"}))


@pytest.mark.parametrize("data", [BLANK, "", "[]", '{"follower":{"id":"1"}}'])
def test_a_blank_event_tells_no_change(data: str) -> None:
    assert fact_of(data) is None


@pytest.mark.parametrize(
    "value",
    [
        "71",
        {"id": 71},
        {"71": 1},
        ["see https://x.example/71/photo"],
        {"deep": [{"who": "@ADA_L"}]},
        "thanks, ada_l!",
        "did:plc:abc",
        "at://did:plc:abc/app",
        "@ada.site.example",
        "Ada",
        "ADA",
    ],
)
def test_ids_handles_and_names_give_an_account_away(value: object) -> None:
    assert mentions(json.dumps(value), MARKED)


@pytest.mark.parametrize(
    "value",
    [711, "171", "ada_lovelace", "Ada said so", True, None, 7.1, {"did:plc:abcd": "site.example"}],
)
def test_other_words_do_not(value: object) -> None:
    assert not mentions(json.dumps(value), MARKED)


def test_what_nobody_can_read_counts_as_telling() -> None:
    assert mentions("{", MARKED)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Could not find user with id: [71].", "Could not find user with id: […]."),
        ("@Ada_L, did:plc:abc and 711", "@…, … and 711"),
        ("nothing of Ada", "nothing of Ada"),
        ("ada.site.example is gone", "… is gone"),
        ("seen:71", "seen:…"),
        ("", ""),
    ],
)
def test_marked_words_are_struck(text: str, left: str) -> None:
    assert struck(text, MARKED) == left
