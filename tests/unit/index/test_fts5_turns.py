"""Turns: never more at once than allowed, first come first served, passed on after an error too."""

import threading

import pytest

from pipeline.index.fts5.turns import Turns


def test_no_more_than_allowed_run_at_once() -> None:
    turns, running, most = Turns(2), [], []

    def work() -> None:
        for _ in range(50):
            with turns.turn():
                running.append(1)
                most.append(len(running))
                running.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(most) == 300
    assert max(most) <= 2


def test_who_waits_longest_is_next() -> None:
    turns, order = Turns(1), []

    def work(number: int) -> None:
        with turns.turn():
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    with turns.turn():
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(turns._waiting) < number:
                thread.join(0.001)
    for thread in threads:
        thread.join()

    assert order == [0, 1, 2, 3, 4]


def test_an_error_passes_the_turn_on() -> None:
    turns = Turns(1)
    with pytest.raises(ValueError, match="broken"), turns.turn():
        raise ValueError("broken")
    with turns.turn():
        pass
