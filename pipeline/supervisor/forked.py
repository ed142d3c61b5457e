"""What a child does between the fork and its work."""

import os
import signal
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from pipeline.errors import AfterwordError
from pipeline.supervisor.lifeline import Lifeline, end_with_parent
from pipeline.supervisor.service import Program, Ready, Service, Unit
from pipeline.supervisor.signals import CHILD_SIGNALS

FAILED = 1
NOT_RUNNABLE = 127
"""The exit code of a program that could not be executed, as a shell gives it."""


@dataclass(frozen=True)
class Wiring:
    """The descriptors a child is born with."""

    output: int
    """Takes standard output and error."""
    ready: int
    """A byte written here says the service serves."""
    lifeline: Lifeline
    foreign: Iterable[int]
    """Those of the supervisor and of the other children: a copy kept here would hide their end."""


def become(unit: Unit, wiring: Wiring, parent: int) -> NoReturn:
    """Turn this fresh fork into `unit`. Called with all signals blocked; never returns."""
    code = FAILED
    try:
        # Its own session: Ctrl-C on the terminal reaches the supervisor alone, and the whole group
        # can be killed at once.
        os.setsid()
        _take_over_streams(wiring)
        _reset_signals(unit)
        end_with_parent(parent)
        code = _execute(unit) if isinstance(unit, Program) else _serve(unit, wiring)
    except BaseException:  # noqa: BLE001 - nothing may climb back into the supervisor's own code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _take_over_streams(wiring: Wiring) -> None:
    for descriptor in wiring.foreign:
        os.close(descriptor)
    # Descriptor 0 stays taken: if it were free, the next file opened would become standard input.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(wiring.output, 1)
    os.dup2(wiring.output, 2)
    os.close(wiring.output)
    # The streams inherited may be buffered by the block, or replaced by someone.
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115 - lives as long as the process, and is a descriptor
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115 - the same


def _reset_signals(unit: Unit) -> None:
    # The wake-up socket is shared with the supervisor: a signal for this child must not reach it.
    signal.set_wakeup_fd(-1)
    for number in CHILD_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    if isinstance(unit, Program):
        # Python ignores it, and what is ignored stays so across exec.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _execute(program: Program) -> int:
    try:
        os.chdir(program.cwd)
        os.execv(program.argv[0], list(program.argv))  # noqa: S606 - the point: no shell in between
    except OSError as error:
        print(f"cannot run {program.argv[0]} in {program.cwd}: {error.strerror}", file=sys.stderr)  # noqa: T201 - this is the child's output
    return NOT_RUNNABLE


def _serve(service: Service, wiring: Wiring) -> int:
    wiring.lifeline.watch(service.grace)
    try:
        service.run(_announcer(wiring.ready))
    except SystemExit as request:
        return _exit_code(request)
    except AfterwordError as error:  # written for the owner: a traceback would bury it
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - the child's output
        return FAILED
    return 0


def _exit_code(request: SystemExit) -> int:
    if request.code is None or isinstance(request.code, int):
        return request.code or 0
    print(request.code, file=sys.stderr)  # noqa: T201 - what sys.exit("why") promises
    return FAILED


def _announcer(descriptor: int) -> Ready:
    def announce() -> None:
        # The supervisor closes its end once it knows; a second call is then harmless.
        with suppress(BrokenPipeError):
            os.write(descriptor, b"1")

    return announce
