"""Isso, the comment server most like Afterword, in a virtual environment of the bench's own."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.load import Load, send
from bench.messages import Comment
from bench.messages import isso as render
from bench.processes import (
    ROOT,
    BenchError,
    Program,
    environment,
    finish,
    free_port,
    listens,
)

VERSION = "0.14.0"
GUNICORN = "27.0.1"
HOME = ROOT / "bench" / ".peers" / "isso"
# Isso's documented deployment with as many workers as the figures it is known by.
# Threads keep connections alive, which serves it better than its own default of one per request.
SERVER = ("--preload", "--workers", "2", "--worker-class", "gthread", "--threads", "8")
CONFIG = """
[general]
dbpath = {database}
host = http://127.0.0.1:{port}
[guard]
enabled = false
[server]
listen = http://127.0.0.1:{port}
"""


def install() -> Path:
    """Install Isso once and give its folder of programs. Raises BenchError where that fails."""
    programs = HOME / "bin"
    stamp = HOME / f"isso-{VERSION}"
    if not stamp.exists():
        # The caller's own pip settings say where packages come from.
        finish([sys.executable, "-m", "venv", str(HOME)], env=None)
        wanted = [f"isso=={VERSION}", f"gunicorn=={GUNICORN}"]
        finish([str(programs / "pip"), "install", "--quiet", *wanted], env=None, within=600)
        stamp.touch()
    return programs


@contextmanager
def serve(place: Path) -> Iterator[int]:
    """Run Isso on an empty SQLite file in `place` and give its port.

    Its defaults, but without the guard, which takes two comments a minute from one address.
    """
    programs, port = install(), free_port()
    place.mkdir(parents=True, exist_ok=True)
    config = place / "isso.cfg"
    config.write_text(CONFIG.format(database=place / "comments.db", port=port))
    argv = [str(programs / "gunicorn"), *SERVER, "--bind", f"127.0.0.1:{port}", "isso.run"]
    env = environment(ISSO_SETTINGS=str(config))
    with Program(argv, log=place / "isso.log", env=env) as program:
        program.wait_for(lambda: listens(port), within=30)
        yield port


def fill(port: int, comments: Sequence[Comment]) -> None:
    """Post comments through Isso's own door. Raises BenchError unless it takes every one."""
    # The first alone: Isso makes a thread by look-up and insert, and two at once would collide.
    for some, connections in ((comments[:1], 1), (comments[1:], 4)):
        if not some:
            continue
        result = send(Load(port, [render(comment) for comment in some], connections))
        if not result.only(201):
            raise BenchError(f"Isso refused comments: {result.problems(201)}")
