# ruff: noqa: S101 - tests assert
import io

import msgspec
import pytest
from rich.console import Console

from bench.figures import median, percentile, plain
from bench.scenarios.backlog import strays
from bench.table import (
    Failure,
    Row,
    at_least,
    at_most,
    draw,
    less_is_better,
    more_is_better,
    to_json,
)

ROW = Row(
    scenario="acks",
    what="durable acks",
    ours=9_500.0,
    unit="/s",
    target=">= 0.85 x",
    met=True,
    peer=10_000.0,
    peer_name="bare",
    ratio=0.95,
    note="a note",
)


def test_a_percentile_is_a_value_that_was_seen() -> None:
    samples = [float(number) for number in range(100, 0, -1)]
    assert [percentile(samples, share) for share in (0, 0.5, 0.95, 0.99, 1)] == [1, 50, 95, 99, 100]
    assert median([3.0, 1.0]) == 1.0


@pytest.mark.parametrize(("samples", "share"), [([], 0.5), ([1.0], 1.5)])
def test_a_percentile_of_nothing_is_refused(samples: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(samples, share)


def test_figures_keep_three_digits() -> None:
    assert [plain(value) for value in (11_099.4, 12.345, 0.8512)] == ["11,099", "12.3", "0.85"]


def test_a_ratio_above_one_is_better_both_ways() -> None:
    assert more_is_better(200.0, 100.0) == less_is_better(100.0, 200.0) == 2.0


def test_a_target_is_scaled_by_the_pace_and_says_so() -> None:
    assert at_least(250, "/s", 0.5) == (125, ">= 125 /s (250 at pace 0.50)")
    assert at_most(12, "ms", 0.5) == (24, "<= 24.0 ms (12.0 at pace 0.50)")


def test_the_table_shows_both_figures_the_ratio_the_target_and_the_verdict() -> None:
    out = io.StringIO()
    draw(Console(file=out, width=150), [ROW], [Failure("idle", "no [server] came up")])
    text = out.getvalue()
    for part in ("9,500 /s", "10,000 /s (bare)", "0.95 x", ">= 0.85 x", "yes", "a note"):
        assert part in text
    assert "idle was not measured: no [server] came up" in text


def test_the_same_is_there_as_json() -> None:
    said = msgspec.json.decode(to_json([ROW], [Failure("idle", "why")]))
    assert said["rows"][0]["ratio"] == 0.95
    assert said["failures"] == [{"scenario": "idle", "reason": "why"}]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([5, 5, 5, 0], 0),
        ([5, 4, 1, 0], 0),
        ([5, 4, 4, 1], 1),
        ([0, 0, 0, 5], 1),
        ([0, 0, 0, 0], 0),
    ],
)
def test_pages_begun_before_their_turn_are_counted(found: list[int], expected: int) -> None:
    assert strays(found, [5, 5, 5, 5]) == expected
