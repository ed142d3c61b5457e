"""Sets of processes that misbehave, run by `stage.play` as a program of their own."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import StartError
from pipeline.supervisor.home import prepare_home
from pipeline.supervisor.pace import Pace
from pipeline.supervisor.redis_binary import find_redis
from pipeline.supervisor.redis_server import redis_program
from pipeline.supervisor.service import Program, Ready, Service
from pipeline.supervisor.supervise import Supervisor

QUICK = Pace(first=0.02, ceiling=0.05, attempts=3)
TIRELESS = Pace(first=0.02, ceiling=0.05, attempts=1_000_000)
LONG = 30.0
WAIT = threading.Event().wait


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def serve(ready: Ready) -> None:
    """Say its pid, serve, say goodbye."""
    # Waited for, not handled: a handler that sets an event hangs where it interrupts the wait's lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    say(f"pid {os.getpid()}")
    ready()
    ready()
    signal.sigwait([signal.SIGTERM])
    say("bye")


def ignore_sigterm(ready: Ready) -> None:
    """Stay, whatever is asked."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say(f"pid {os.getpid()}")
    ready()
    WAIT(60)


def leave_a_child(ready: Ready) -> None:
    """End, and leave a child behind in the process group."""
    if os.fork() == 0:
        say(f"left {os.getpid()}")
        WAIT(60)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ready()
    WAIT(60)


def crash(ready: Ready) -> None:
    """Serve, then break."""
    ready()
    raise RuntimeError("out of luck")


def refuse(_ready: Ready) -> None:
    """Say what is wrong, as an owner should hear it."""
    raise StartError("the database is not there")


def leave(_ready: Ready) -> None:
    """End with a message for the shell."""
    sys.exit("left early")


def dawdle(_ready: Ready) -> None:
    """Never become ready."""
    WAIT(60)


def chatter(ready: Ready) -> None:
    """Print what is hard to print."""
    os.write(1, b"broken \xff\xc3 utf-8\n\x1b[2Jwiped\r\n" + b"z" * 40_000 + b"\nhalf a")
    os.write(2, b" line")
    ready()


def flood(ready: Ready) -> None:
    """Print without end, without a line's end."""
    ready()
    while True:
        os.write(1, b"y" * 100_000)


def close_streams(ready: Ready) -> None:
    """Serve in silence."""
    os.close(1)
    os.close(2)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    ready()
    WAIT(60)


def inspect(ready: Ready) -> None:
    """Say how it was born."""
    files = list(Path("/proc/self/fd").iterdir())
    say(f"input {os.read(0, 1)!r}, session {os.getsid(0) == os.getpid()}")
    say(f"files {len(files) - 1}, blocked {sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ()))}")
    handlers = [signal.getsignal(n) is signal.SIG_DFL for n in (signal.SIGINT, signal.SIGHUP)]
    say(f"defaults {handlers}")
    serve(ready)


def service(
    name: str,
    run: Callable[[Ready], None],
    *,
    grace: float = LONG,
    within: float = LONG,
    optional: bool = False,
) -> Service:
    """A service, which has all the time it may need on a busy machine."""
    return Service(name, run, grace=grace, ready_within=within, optional=optional)


def shell(name: str, script: str, probe: Callable[[], bool], **more: object) -> Program:
    """A program that is a shell script."""
    argv = ["/bin/sh", "-c", script]
    return Program(name, argv, Path("/"), LONG, LONG, probe, **more)  # type: ignore[arg-type]


def stages(folder: Path) -> dict[str, list[list[Service | Program]]]:
    """The sets by name. `folder` is empty and theirs."""
    flag = folder / "flag"

    def mend(lines: list[str]) -> str | None:
        flag.touch()
        return f"mended after {lines[-1]!r}"

    return {
        "calm": [[service("redis", serve)], [service("web", serve), service("worker", serve)]],
        "crashing": [[service("web", crash), service("worker", serve)]],
        "refusing": [[service("web", refuse)], [service("worker", serve)]],
        "leaving": [[service("web", leave)]],
        "dawdling": [[service("web", dawdle, within=0.1)]],
        "hopeful": [[service("web", dawdle, within=0.1)]],
        "stubborn": [[service("web", ignore_sigterm, grace=0.1), service("worker", serve)]],
        "patient": [[service("web", ignore_sigterm, grace=60), service("worker", serve)]],
        "litter": [[service("web", leave_a_child)]],
        "optional": [[service("web", serve), service("flower", refuse, optional=True)]],
        "chatter": [[service("web", chatter)]],
        "flood": [[service("web", flood), service("worker", serve)]],
        "silent": [[service("web", close_streams)]],
        "born": [[service("redis", serve)], [service("web", inspect)]],
        "speechless": [[service("web", ignore_sigterm), service("worker", serve)]],
        "empty stage": [[], [service("web", serve)]],
        "program": [[shell("redis", f"touch {flag}; exec sleep 60", flag.exists)]],
        "mended": [
            [shell("redis", f"test -e {flag} && exec sleep 60; echo bad", flag.exists, mend=mend)]
        ],
        "no program": [[Program("redis", ["/no/such"], Path("/"), 1, 1, flag.exists)]],
    }


def bundled_redis(home: Path) -> list[list[Service | Program]]:
    """The embedded Redis alone."""
    prepare_home(home)
    return [[redis_program(find_redis(), home)]]


def announce() -> None:
    """What `afterword up` does with the addresses."""
    say("ALL READY")


def fail_to_announce() -> None:
    """A bug in what is called on readiness."""
    raise RuntimeError("no words")


def main(name: str, folder: str) -> int:
    """Run a set with a lock's descriptor that no child may keep."""
    private = os.open(os.devnull, os.O_RDONLY)
    supervisor = Supervisor(
        bundled_redis(Path(folder)) if name == "bundled redis" else stages(Path(folder))[name],
        out=sys.stdout,
        on_ready=fail_to_announce if name == "speechless" else announce,
        private=[private],
        pace=TIRELESS if name == "hopeful" else QUICK,
    )
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
