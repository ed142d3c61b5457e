"""Afterword's own processes, on a state folder and settings that live as long as the run."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from bench import redis_server
from bench.calls import Caller, answers, counts
from bench.load import Load, Result, send
from bench.messages import SECRET, SITE, Comment, webhook
from bench.processes import BenchError, Program, environment, finish, free_port, until

# By name, not through an installed script: the code measured is the code of this checkout.
COMMAND = (sys.executable, "-c", "import pipeline.cli as cli; cli.main()")
READY_SECONDS = 30.0
# Every comment is judged in full and then published, because a held one can't be counted from
# outside. A bench is a flood of near repeats, and some of its texts are plain spam: those signals
# are asked, but weigh next to nothing.
CONFIG = f"""
[sites.blog]
url = "{SITE}"

[sources.blog]
scheme = "standard-webhooks"
site = "blog"
secrets = ["{SECRET}"]
rate = "none"

[moderation]
publish_below = 1.0
reject_from = 1.0
signals = {{ %s }}
"""
LIGHT = (
    *("flood_author", "flood_address", "flood_page", "flood_site", "repeats"),
    *("word_list", "call_to_action", "links", "link_only"),
)


class AfterwordSet:
    """The processes of one installation: an empty home, a settings file, free ports.

    `settings` are more of its environment, such as AFTERWORD_WORKER_POOL.
    """

    def __init__(self, place: Path, *, redis: int | None = None, **settings: str) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self.place, self.port = place, free_port()
        config = place / "afterword.toml"
        config.write_text(CONFIG % ", ".join(f"{name} = 0.001" for name in LIGHT))
        more = {"AFTERWORD_REDIS_URL": f"redis://127.0.0.1:{redis}/0"} if redis else {}
        self.env = environment(
            AFTERWORD_HOME=str(place / "home"),
            AFTERWORD_CONFIG=str(config),
            AFTERWORD_PORT=str(self.port),
            AFTERWORD_FLOWER_PORT=str(free_port()),
            **more,
            **settings,
        )

    def migrate(self) -> None:
        """Bring the database to head. Raises BenchError where that fails."""
        finish([*COMMAND, "migrate"], env=self.env)

    def web(self) -> Program:
        """Start the web process (the relay is a thread of it) and wait until it can commit."""
        program = self._start("web")
        try:
            program.wait_for(self.is_ready, within=READY_SECONDS)
        except BaseException:
            program.stop()
            raise
        return program

    def worker(self) -> Program:
        """Start a worker; what it has to do tells when it is ready."""
        return self._start("worker")

    def up(self) -> Program:
        """Start the embedded set as its owner does. `is_ready` tells when it answers."""
        return self._start("up", grace=90.0)

    def is_ready(self) -> bool:
        """Say whether the web process answers that it can commit."""
        return answers(self.port, "/readyz")

    def post(self, comments: Sequence[Comment], *, connections: int = 32) -> Result:
        """Send comments; signatures are made now, so at most 100,000 at a time keep fresh."""
        return send(Load(self.port, [webhook(comment) for comment in comments], connections))

    def published(self, pages: Sequence[str]) -> int:
        """Count the comments that readers of these pages can see: none from a server that is
        starting or closing, and answers nothing.
        """
        try:
            with Caller(self.port) as caller:
                return sum(counts(caller, pages).values())
        except (OSError, HTTPException):
            return 0

    def settle(self, pages: Sequence[str], number: int, *, within: float) -> None:
        """Wait until so many comments are published. Raises BenchError where they are not."""
        if not until(lambda: self.published(pages) >= number, within=within, every=0.25):
            found = self.published(pages)
            raise BenchError(
                f"{found} of {number} comments were published within {within:.0f} s: "
                f"see the logs in {self.place}"
            )

    def fill(self, comments: Sequence[Comment], *, within: float = 120.0) -> None:
        """Send comments and wait until all are published. Raises BenchError where they aren't."""
        result = self.post(comments)
        if not result.only(202):
            raise BenchError(f"comments were refused: {result.problems(202)}")
        pages = sorted({comment.page for comment in comments})
        self.settle(pages, len(comments), within=within)

    def _start(self, command: str, *, grace: float = 70.0) -> Program:
        log = self.place / f"{command}.log"
        return Program([*COMMAND, command], log=log, env=self.env, grace=grace)


@contextmanager
def web_only(place: Path, **settings: str) -> Iterator[AfterwordSet]:
    """Run one web process beside a Redis: what takes a webhook's event, without what works it.

    `settings` as `AfterwordSet` has them.
    """
    with redis_server.serve(place / "redis") as redis:
        members = AfterwordSet(place, redis=redis, **settings)
        members.migrate()
        with members.web():
            yield members


@contextmanager
def web_and_worker(place: Path, **settings: str) -> Iterator[AfterwordSet]:
    """Run a web process, a worker and a Redis."""
    with web_only(place, **settings) as members, members.worker():
        yield members
