"""The demo from beginning to end."""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from threading import Event
from types import FrameType

from pipeline.bootstrap import utc_now
from pipeline.cli.events.posting import Poster, signing_secret
from pipeline.cli.output import note, progress, say
from pipeline.config import load_settings
from pipeline.demo import findings, report
from pipeline.demo.embedded import EmbeddedSet
from pipeline.demo.follows import showing as follows
from pipeline.demo.sample import Row, message, pages, read_sample
from pipeline.demo.scratch import SOURCE, environment, scratch_home, write_settings
from pipeline.errors import AfterwordError, StartError
from pipeline.failures import code_of, sentence_of
from pipeline.keys import admin_password
from pipeline.settings import Settings
from pipeline.store.database import Database
from pipeline.supervisor.ports import Port, require_free
from pipeline.supervisor.redis_binary import find_redis

JUDGED_WITHIN = 120.0
"""Seconds. Two hundred comments take one or two."""


def show(argv: Sequence[str]) -> int:
    """Run the demo as the command line says; the exit code. Ctrl-C before the end is raised."""
    chosen = _arguments(argv)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    # Passed on to the set, and checked by pipeline.config like any process's.
    outer = os.environ  # noqa: TID251 - see the line above
    stays = not chosen.once and sys.stdin.isatty() and sys.stdout.isatty()
    try:
        with scratch_home(keep=chosen.keep) as home:
            environ = environment(outer, home)
            write_settings(home, port=environ["AFTERWORD_PORT"])
            settings = load_settings(environ)
            _run(settings, environ, stays=stays)
            if chosen.keep:
                say(f"\nIts state is kept: {home}")
    except AfterwordError as error:
        note(f"demo: {sentence_of(error)}")
        return code_of(error)
    return 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.demo",
        description="Start a throw-away set, send it real comments, show what became of them.",
        epilog="AFTERWORD_PORT and AFTERWORD_FLOWER_PORT choose its ports; free ones otherwise.",
    )
    parser.add_argument("--once", action="store_true", help="stop when all is shown")
    parser.add_argument("--keep", action="store_true", help="leave its state behind")
    return parser.parse_args(argv)


def _leave(number: int, _frame: FrameType | None) -> None:
    """End as if the program had asked for it, so that the set is stopped and its state removed."""
    sys.exit(128 + number)


def _run(settings: Settings, environ: Mapping[str, str], *, stays: bool) -> None:
    _check(settings)
    rows = read_sample()
    say(f"Starting a set of its own in {settings.home} …")
    with EmbeddedSet(settings, environ) as running:
        running.wait_ready()
        _send(settings, rows)
        _print(settings, rows)
        place = settings.home / "follows"
        place.mkdir(mode=0o700)
        follows.show(place, environ)
        if stays:
            _hold(running)


def _check(settings: Settings) -> None:
    """What would keep the set from starting, said before anything is begun. Raises StartError."""
    find_redis()
    require_free(
        [
            Port("AFTERWORD_PORT", settings.host, settings.port),
            Port("AFTERWORD_FLOWER_PORT", settings.host, settings.flower_port),
        ]
    )


def _send(settings: Settings, rows: Sequence[Row]) -> None:
    address = f"http://{settings.host}:{settings.port}"
    secret = signing_secret(settings, SOURCE, now=utc_now())
    pause = Event().wait
    poster = Poster(address, SOURCE, secret, clock=utc_now, pause=pause)
    say(f"Posting {len(rows)} comments to {address}/webhooks/{SOURCE}, each signed …")
    with progress("posting", len(rows)) as advance:
        for row in rows:
            answer = poster.post(message(row, address))
            if answer.problem:
                raise StartError(f"{row.id} was refused: {answer.problem}")
            advance(1)
    database = Database(settings.database)
    with progress("judging", len(rows)) as advance:
        findings.wait_judged(
            database, len(rows), within=JUDGED_WITHIN, pause=pause, advance=advance
        )
    database.close()


def _print(settings: Settings, rows: Sequence[Row]) -> None:
    database = Database(settings.database)
    with database.read() as db:
        found = findings.collect(db, rows)
    database.close()
    say()
    report.print_outcome(found, findings.pace(found))
    say("\nThree verdicts, as `afterword comments explain ID` prints them:")
    for example in findings.examples(found):
        report.print_example(example)
    report.print_addresses(settings, pages(rows), admin_password(settings))


def _hold(running: EmbeddedSet) -> None:
    say("\nIt runs until Ctrl-C.")
    try:
        running.hold()
    except KeyboardInterrupt:
        say("\nStopping.")
