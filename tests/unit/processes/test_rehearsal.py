"""The parent does before the fork what no child should have to, and keeps nothing open."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOREIGN = ("typer", "pydantic", "rich", "cffi", "curses", "yaml")
REHEARSE = """
import importlib.util, json, os, sys, threading
from pathlib import Path
import pipeline.supervisor.__main__
from pipeline.config import load_settings
from pipeline.starter import write_starter
from pipeline.store.database import Database
from pipeline.supervisor.up import migrate
from pipeline.processes import rehearsal
from pipeline.domain.moderation import words

settings = load_settings({"AFTERWORD_HOME": sys.argv[1]})
write_starter(settings.config, port=settings.port)
settings = load_settings({"AFTERWORD_HOME": sys.argv[1]})
migrate(settings)
early = [name for name in rehearsal.LATE_IMPORTS if name in sys.modules]
rehearsal.rehearse(settings, Database(settings.database))
files = [os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.exists()]
print(json.dumps({
    "early": early,
    "threads": threading.active_count(),
    "open": [name for name in files if "afterword.db" in name],
    "lists": words.shipped.cache_info().currsize,
    "yaml": importlib.util.find_spec("yaml") is not None,
    "foreign": [name for name in sys.argv[2:] if sys.modules.get(name)],
}))
"""


@pytest.mark.services  # a Python that imports everything: a second and more
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux which files are open")
def test_a_rehearsal_fills_the_caches_and_leaves_nothing_that_a_fork_would_break(
    tmp_path: Path,
) -> None:
    done = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", REHEARSE, str(tmp_path), *FOREIGN],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["early"] == []  # what is imported anyway has no place in the list
    assert said["threads"] == 1
    assert said["open"] == []
    assert said["lists"] > 0
    assert said["foreign"] == []  # what no process of the set uses
    assert said["yaml"]  # but a worker may, later
