"""The processes: what stops them before they start."""

import pytest

from tests.unit.cli.blog import Blog, refuses

PROCESSES = ("web", "relay", "worker", "beat", "flower")


@pytest.mark.parametrize("name", PROCESSES)
def test_no_process_starts_on_wrong_settings(name: str, blog: Blog) -> None:
    refuses(blog.type(name, AFTERWORD_PORT="many"), 2, "AFTERWORD_PORT")


@pytest.mark.parametrize("queues", ["comments,nowhere", "", " , "])
def test_a_worker_takes_only_queues_that_exist(queues: str, blog: Blog) -> None:
    refuses(
        blog.type("worker", "--queues", queues), 2, "--queues", "there are comments, posts, index"
    )


@pytest.mark.parametrize("option", [("--pool", "gevent"), ("--concurrency", "0")])
def test_a_worker_is_told_what_it_may_be_told(option: tuple[str, str], blog: Blog) -> None:
    refuses(blog.type("worker", *option), 2, option[0])
