"""Dates as people write them."""

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.posts.moments import date_in_name, date_in_path, moment, zone_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-01-05", "2026-01-04T23:00"),
        ("2026-1-5", "2026-01-04T23:00"),
        ("2026-07-05 9:30", "2026-07-05T07:30"),
        ("2026-01-05T09:30:15Z", "2026-01-05T09:30:15"),
        ("2026-01-05 09:30:15 +0200", "2026-01-05T07:30:15"),
        ("2026-01-05 09:30:15 +02:00", "2026-01-05T07:30:15"),
        ("2026-01-05 09:30:15.123456789 -0700 MST", "2026-01-05T16:30:15.123456"),
        ("2026-01-05T09:30:15 UTC", "2026-01-05T09:30:15"),
        ("Mon, 05 Jan 2026 09:30:15 GMT", "2026-01-05T09:30:15"),
        (date(2026, 1, 5), "2026-01-04T23:00"),
        (datetime(2026, 1, 5, 9, tzinfo=UTC), "2026-01-05T09:00"),
        (datetime(2026, 1, 5, 9), "2026-01-05T08:00"),  # noqa: DTZ001 - TOML's local time
    ],
)
def test_a_moment_is_read(written: object, utc: str) -> None:
    assert moment(written, BERLIN) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["", "soon", "2026-02-30", "2026-13-01", "5", 20260105, True, None, [], "0001-01-01"]
)
def test_what_is_no_date_is_said(written: object) -> None:
    with pytest.raises(ValueError, match="is no date; write one like"):
        moment(written, BERLIN)


@given(st.text())
def test_any_text_is_a_moment_or_an_error(text: str) -> None:
    with suppress(ValueError):
        assert moment(text, UTC).tzinfo


def test_dates_lie_in_names_and_paths() -> None:
    assert date_in_name("2026-01-05-title", UTC) == datetime(2026, 1, 5, tzinfo=UTC)
    assert date_in_path("/blog/2026/01/05/title/", UTC) == datetime(2026, 1, 5, tzinfo=UTC)
    assert date_in_name("2026-13-05-title", UTC) is None
    assert date_in_name("2026-01-051", UTC) is None
    assert date_in_path("/12026/01/05/", UTC) is None


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", "/etc/passwd", "\x00", 5])
def test_an_unknown_zone_is_said(name: object) -> None:
    with pytest.raises(ValueError, match="is no time zone"):
        zone_of(name)
