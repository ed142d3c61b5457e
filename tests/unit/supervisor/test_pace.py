"""When a unit is started again, and when it is given up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.supervisor.pace import DEFAULT_PACE, History


def test_the_wait_doubles_from_one_second_to_thirty() -> None:
    waits = [DEFAULT_PACE.delay(failures) for failures in range(1, 8)]
    assert waits == [1, 2, 4, 8, 16, 30, 30]


@given(st.integers(min_value=1))
def test_no_number_of_failures_is_too_many(failures: int) -> None:
    assert 1 <= DEFAULT_PACE.delay(failures) <= 30


@pytest.mark.parametrize(("ready_for", "failures"), [(0.0, 4), (59.9, 4), (60.0, 1), (9e9, 1)])
def test_a_minute_of_health_makes_the_next_failure_the_first(
    ready_for: float, failures: int
) -> None:
    assert History(failures=3).failed(ready_for, DEFAULT_PACE) == History(failures, served=True)


def test_five_starts_that_never_served_are_hopeless() -> None:
    history = History()
    hopes = []
    for _ in range(5):
        history = history.failed(None, DEFAULT_PACE)
        hopes.append(history.hopeless(DEFAULT_PACE))
    assert hopes == [False, False, False, False, True]


def test_one_that_served_once_is_never_hopeless() -> None:
    history = History().failed(1.0, DEFAULT_PACE)
    for _ in range(50):
        history = history.failed(None, DEFAULT_PACE)
    assert history.failures == 51
    assert not history.hopeless(DEFAULT_PACE)
