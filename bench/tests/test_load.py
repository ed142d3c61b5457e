# ruff: noqa: S101 - tests assert
import threading
from itertools import repeat

import pytest

from bench.load import Load, measure, send
from bench.messages import get
from bench.tests.servers import CREATED_AND_CLOSED, OK, serving


def test_every_request_is_sent_once_and_answered() -> None:
    requests = [get(f"/{number}") for number in range(500)]
    with serving() as server:
        result = measure(Load(server.port, requests, connections=8))
    assert sorted(server.requests) == sorted(requests)
    assert result.answered == 500
    assert result.only(200)
    assert 0 < result.p50 <= result.p95 <= result.p99 <= result.worst
    assert result.received == 500 * len(OK)


def test_a_load_in_its_own_process_says_the_same() -> None:
    with serving() as server:
        result = send(Load(server.port, [get("/")] * 50, connections=4))
    assert result.statuses == {200: 50}
    assert result.rate > 0


def test_answers_are_counted_by_status() -> None:
    bad = OK.replace(b"200 OK", b"503 Busy")
    with serving(lambda number: bad if number % 5 == 0 else OK) as server:
        result = measure(Load(server.port, [get("/")] * 100, connections=4))
    assert result.statuses == {200: 80, 503: 20}
    assert not result.only(200)
    assert result.problems(200) == "20 x 503"


def test_a_server_that_closes_after_each_answer_is_connected_to_again() -> None:
    with serving(lambda _: CREATED_AND_CLOSED) as server:
        result = measure(Load(server.port, [get("/")] * 40, connections=4))
    assert result.only(201)
    assert result.answered == 40


def test_a_connection_lost_while_a_request_is_under_way_is_counted_as_broken() -> None:
    with serving(lambda number: b"" if number == 3 else OK) as server:
        result = measure(Load(server.port, [get("/")] * 20, connections=1))
    assert result.broken == 1
    assert result.answered == 19
    assert not result.only(200)


def test_a_paced_load_keeps_its_rate() -> None:
    with serving() as server:
        result = measure(Load(server.port, [get("/")] * 60, connections=2, rate=200))
    assert 150 < result.rate < 230


def test_latency_of_a_paced_load_counts_from_the_moment_a_request_was_due() -> None:
    stalled = threading.Event()

    def answer(number: int) -> bytes:
        if number == 1:
            stalled.wait(0.2)
        return OK

    with serving(answer) as server:
        result = measure(Load(server.port, [get("/")] * 20, connections=1, rate=100))
    # The first took 200 ms, and all that were due meanwhile waited for it.
    assert result.p50 > 50


def test_nothing_is_begun_after_the_time_is_up() -> None:
    with serving() as server:
        result = measure(Load(server.port, repeat(get("/")), connections=2, within=0.2))
    assert result.only(200)
    assert 0.1 < result.seconds < 0.6


def test_a_load_that_nobody_answers_says_where() -> None:
    with serving() as server:
        port = server.port
    with pytest.raises(RuntimeError, match=f"port {port} failed"):
        send(Load(port, [get("/")], connections=1))
