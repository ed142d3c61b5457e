"""A blog as its owner finds it at the terminal: a HOME, its log, and the command."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from typer.testing import CliRunner, Result

from pipeline.cli.root import app
from tests.support.world import SECRET, World

SETTINGS = f"""
instance_key = "k"

[sites.blog]
url = "https://blog.example"

[sources.blog]
scheme = "standard-webhooks"
site = "blog"
secrets = ["{SECRET}"]

[sources.form]
scheme = "form"
site = "blog"
"""
CLEARED = (
    "CONFIG",
    "DATABASE_URL",
    "REDIS_URL",
    "ELASTICSEARCH_URL",
    "HOST",
    "PORT",
    "FLOWER_PORT",
)


def command(home: Path, *args: str, stdin: str | None = None, **env: str) -> Result:
    """Type `afterword ARGS` with this HOME."""
    cleared = {f"AFTERWORD_{name}": None for name in CLEARED}
    environ = {**cleared, "AFTERWORD_HOME": str(home), **env}
    return CliRunner().invoke(app, list(args), input=stdin, env=environ)


class Blog:
    """What happened on the blog (`world`), and the owner's terminal."""

    def __init__(self, world: World, home: Path) -> None:
        self.world = world
        self.home = home
        self.settings(SETTINGS)

    def settings(self, text: str) -> None:
        path = self.home / "afterword.toml"
        path.write_text(text)
        path.chmod(0o600)

    def type(self, *args: str, stdin: str | None = None, **env: str) -> Result:
        return command(self.home, *args, stdin=stdin, **env)

    def json(self, *args: str, stdin: str | None = None) -> Any:
        """What a command that succeeds prints with --json."""
        result = self.type(*args, "--json", stdin=stdin)
        assert result.exit_code == 0, result.stderr
        return msgspec.json.decode(result.stdout)

    def comment(self, id_: str = "c1", text: str = "A fine post, thank you.", **more: Any) -> str:
        """A comment that came and was judged; its id."""
        comment_id = self.world.post(id_, text, **more)
        self.world.work()
        return str(comment_id)

    def dead(self, id_: str = "gone") -> str:
        """An event whose delivery was given up; its id."""
        event_id = self.world.send("comment.removed", {"id": id_}).event_id
        self.world.work()
        return str(event_id)


def refuses(result: Result, code: int, *words: str) -> None:
    """Failed as it should: the code, one clear line, no traceback, nothing on stdout."""
    assert result.exit_code == code, (result.exit_code, result.output)
    assert "Traceback" not in result.output
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


def ids(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The ids of a listing."""
    return [row["id"] for row in rows]
