"""The check-up as a command."""

import socket
from typing import Any

import pytest

from pipeline.store.comment_tables import moderation_action
from tests.services.processes import free_port
from tests.unit.cli.blog import Blog

pytestmark = pytest.mark.usefixtures("socket_enabled")  # it looks at ports of this machine


@pytest.fixture
def ports() -> dict[str, str]:
    return {"AFTERWORD_PORT": str(free_port()), "AFTERWORD_FLOWER_PORT": str(free_port())}


def test_a_blog_that_is_well_passes(blog: Blog, ports: dict[str, str]) -> None:
    result = blog.type("doctor", **ports)
    assert result.exit_code == 0, result.stdout
    assert "FAIL" not in result.stdout
    for name in ("settings", "source blog", "disk", "journal", "commit", "audit"):
        assert f"ok    {name}" in result.stdout


def test_what_does_not_run_yet_is_a_warning_with_advice(blog: Blog, ports: dict[str, str]) -> None:
    shown = blog.type("doctor", **ports).stdout
    assert "warn  redis" in shown
    assert "`afterword up` starts it" in shown


def test_machines_get_every_check(blog: Blog) -> None:
    checks: list[dict[str, Any]] = blog.json("doctor")
    assert all(set(check) == {"name", "health", "detail", "advice"} for check in checks)
    assert all(check["advice"] for check in checks if check["health"] != "ok")


def test_settings_that_do_not_load_are_the_only_line_and_fail(blog: Blog) -> None:
    blog.settings("port = 0")
    result = blog.type("doctor")
    assert result.exit_code == 1
    assert "FAIL  settings  AFTERWORD_PORT is 0" in result.stdout


def test_a_port_that_somebody_else_has_fails(blog: Blog, ports: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        taken = str(other.getsockname()[1])
        result = blog.type("doctor", **(ports | {"AFTERWORD_FLOWER_PORT": taken}))
    assert result.exit_code == 1
    assert f"port {taken}" in result.stdout


def test_an_audit_that_was_tampered_with_fails(blog: Blog, ports: dict[str, str]) -> None:
    blog.type("comments", "reject", blog.comment())
    with blog.world.database.write() as db:
        db.execute(moderation_action.update().values(actor="nobody"))
    result = blog.type("doctor", **ports)
    assert result.exit_code == 1
    assert "FAIL  audit" in result.stdout


def test_dead_letters_are_a_warning(blog: Blog, ports: dict[str, str]) -> None:
    blog.dead()
    result = blog.type("doctor", **ports)
    assert result.exit_code == 0
    assert "warn  dead letters" in result.stdout


def test_a_database_that_can_not_be_opened_fails(blog: Blog, ports: dict[str, str]) -> None:
    (blog.home / "folder").mkdir()
    url = f"sqlite:///{blog.home / 'folder'}"
    result = blog.type("doctor", AFTERWORD_DATABASE_URL=url, **ports)
    assert result.exit_code == 1
    assert "FAIL  database" in result.stdout


def test_an_empty_database_is_a_warning(blog: Blog, ports: dict[str, str]) -> None:
    url = f"sqlite:///{blog.home / 'new.db'}"
    result = blog.type("doctor", AFTERWORD_DATABASE_URL=url, **ports)
    assert result.exit_code == 0
    assert "warn  migrations" in result.stdout
