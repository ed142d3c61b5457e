"""Times, durations and other people's text."""

from datetime import UTC, datetime, timedelta

import pytest
import typer

from pipeline.cli.formats import clean, counted, duration, excerpt, iso, local
from pipeline.cli.moments import moment, parse

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (9e5, "10 d")],
)
def test_a_duration_is_said_in_its_largest_unit(seconds: float, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


def test_a_number_agrees_with_what_it_counts() -> None:
    assert [counted(n, "page") for n in (0, 1, 1200)] == ["0 pages", "1 page", "1,200 pages"]
    assert [counted(n, "person", "people") for n in (1, 2)] == ["1 person", "2 people"]


def test_a_duration_that_runs_backwards_is_none() -> None:
    assert duration(timedelta(seconds=-5)) == "0 s"


def test_a_time_names_its_zone_and_machines_get_utc() -> None:
    assert local(NOW).endswith(NOW.astimezone().strftime("%Z"))
    assert iso(NOW) == "2026-06-01T12:00:00Z"
    assert (local(None), iso(None)) == ("-", None)


def test_what_could_steer_the_terminal_is_shown_as_its_code_point() -> None:
    assert clean("a\x1b[31mb\u202e") == "a<U+001B>[31mb<U+202E>"


def test_an_emoji_of_several_parts_stays_whole() -> None:
    assert clean("👩‍👩‍👧\n") == "👩‍👩‍👧\n"


def test_an_excerpt_is_one_line_of_a_bounded_length() -> None:
    assert excerpt("a\nb  c") == "a b c"
    assert excerpt("x" * 100, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("12h", NOW - timedelta(hours=12)),
        ("2w", NOW - timedelta(weeks=2)),
        ("7d ago", NOW - timedelta(days=7)),
        ("2026-05-01T10:00:00Z", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("2026-05-01T10:00:00+02:00", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("2026-05-01", datetime(2026, 5, 1).astimezone(UTC)),
    ],
)
def test_a_time_may_be_a_date_a_time_or_how_long_ago(text: str, found: datetime) -> None:
    assert moment(text, now=NOW) == found


@pytest.mark.parametrize(
    "text", ["", "yesterday", "3 days", "2026-13-01", "0001-01-01T00:00+05:00"]
)
def test_any_other_time_is_refused_with_what_may_stand(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        moment(text, now=NOW)


def test_a_time_after_the_last_id_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="where event ids end"):
        parse("9999-01-01")
