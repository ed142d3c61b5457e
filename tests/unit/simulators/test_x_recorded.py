"""The simulated X beside real traffic that was recorded: the same shapes, headers and tokens."""

import json
import re
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.simulators.x import problems
from tests.simulators.x.client import Client
from tests.simulators.x.people import handle_of
from tests.simulators.x.simulator import Simulator
from tests.simulators.x.wire import Answer
from tests.simulators.x.world import World
from tests.support.clock import FakeClock
from tests.support.openapi import x_data

TOKEN = re.compile("[0-9A-V]{13}ZZZ")


@pytest.fixture(scope="module")
def recorded() -> list[dict[str, Any]]:
    """Answers of the second API about users."""
    lines = map(json.loads, x_data("decoded.jsonl").read_text(encoding="utf-8").splitlines())
    path = "https://api.twitter.com/2/users/"
    return [each for each in lines if each["method"] == "GET" and each["url"].startswith(path)]


def same(one: dict[str, Any], clock: FakeClock) -> Answer:
    """What was recorded, asked of 7, whose lists are as long as the recorded one, or longer."""
    meta = one["body"].get("meta", {})
    more = 50 if "next_token" in meta else 0
    others = range(1000, 1000 + meta.get("result_count", 1) + more)
    edges = [edge for at in others for edge in ((str(at), "7"), ("7", str(at)))]
    world = World(edges)
    handle = handle_of(world, world.graph.node_of("7"))
    path = re.sub("/users/[0-9]+", "/users/7", urlsplit(one["url"]).path)
    path = re.sub("/username/.+", f"/username/{handle}", path)
    query = {"usernames": f"{handle},{handle_of(world, 0)}"} if path.endswith("/by") else {}
    return Client(Simulator(world, clock=clock)).get(path, **query)


def shape(value: Any) -> Any:
    """A value without what it says: keys, types, and of lists what is in them."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        shapes: list[Any] = []
        for each in value:
            if shape(each) not in shapes:
                shapes.append(shape(each))
        return shapes
    return type(value).__name__


def test_there_is_something_to_compare_with(recorded: list[dict[str, Any]]) -> None:
    assert len(recorded) >= 6


def test_bodies_have_the_recorded_shapes(recorded: list[dict[str, Any]], clock: FakeClock) -> None:
    for one in recorded:
        answer = same(one, clock)
        assert answer.status == one["status"]
        assert shape(answer.body) == shape(one["body"])


def test_a_page_without_a_size_is_of_a_hundred(
    recorded: list[dict[str, Any]], clock: FakeClock
) -> None:
    longer = [one for one in recorded if "next_token" in one["body"].get("meta", {})]
    assert len(longer) == 3
    for one in longer:
        # One of them is short: the suspended are left out.
        assert one["body"]["meta"]["result_count"] in {84, 100}
        assert same(one, clock).body["meta"]["result_count"] == 100


def test_tokens_look_the_same(recorded: list[dict[str, Any]], clock: FakeClock) -> None:
    for one in recorded:
        for body in (one["body"], same(one, clock).body):
            token = body.get("meta", {}).get("next_token")
            assert token is None or TOKEN.fullmatch(token)


def test_a_first_request_resets_after_900_seconds(
    recorded: list[dict[str, Any]], clock: FakeClock
) -> None:
    for one in recorded:
        for headers in (one["headers"], same(one, clock).headers):
            date = parsedate_to_datetime(headers["date"].replace("UTC", "GMT"))
            # One answer was written a second after its request had come.
            assert int(headers["x-rate-limit-reset"]) - date.timestamp() in {899, 900}
            left = int(headers["x-rate-limit-limit"]) - int(headers["x-rate-limit-remaining"])
            assert left == 1


def test_refusals_are_those_that_were_reported() -> None:
    lines = map(json.loads, x_data("errors.jsonl").read_text(encoding="utf-8").splitlines())
    bodies = [line["body"] for line in lines if "body" in line]
    assert problems.too_many().body in bodies
    assert problems.not_enrolled("*******").body in bodies
    titles = {body["title"]: body for body in bodies if "title" in body}
    given = problems.bad_token("x").body
    assert titles["Invalid Request"].keys() <= given.keys()
    assert titles["Invalid Request"]["type"] == given["type"]
