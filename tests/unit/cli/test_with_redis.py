"""What a real Redis adds."""

import pytest

from pipeline.ingest.doctor.broker import check_redis
from pipeline.ingest.doctor.check import Health, worst
from tests.unit.cli.blog import Blog

pytestmark = pytest.mark.services


def test_a_redis_of_the_tests_is_well(redis_url: str) -> None:
    checks = check_redis(redis_url, embedded=False)
    assert worst(checks) is Health.OK, checks


def test_the_status_shows_how_much_lies_in_the_broker(blog: Blog, redis_url: str) -> None:
    shown = blog.type("status", AFTERWORD_REDIS_URL=redis_url).stdout
    assert "comments  0              0" in shown
