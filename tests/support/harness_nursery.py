"""Forks processes of the set out of one that has imported them all: a start costs no import.

Started as a program. Each line on its standard input is an order, `{"process", "environ", "log",
"ready", "bare"}`; each line it answers is the pid. `ready` names a file that appears once the process
serves. A `bare` one has none of root's privileges: it is executed anew, with the order as its argument.
"""

import ctypes
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pipeline.ingest.graph.x.gateway  # noqa: F401 - a worker imports it at its first call
from pipeline.config import load_settings
from pipeline.processes import beat, flower, relay, web, worker
from pipeline.settings import Settings
from pipeline.supervisor.up import broker_url, up
from tests.support import harness_workers

_PR_SET_PDEATHSIG = 1  # prctl(2), Linux

Run = Callable[[Settings, str, Callable[[], None]], object]

PROCESSES: Mapping[str, Run] = {
    "web": web.run,
    "web-alone": partial(web.run, with_relay=False),
    "relay": relay.run,
    "worker": worker.run,
    "beat": beat.run,
    "flower": flower.run,
    "poisonable-worker": harness_workers.run_poisonable,
    "slow-worker": harness_workers.run_slow,
    "late-worker": harness_workers.run_late,
    "stuck-worker": harness_workers.run_stuck,
    "old-worker": harness_workers.run_old,
    "impatient-worker": harness_workers.run_impatient,
}


def main() -> None:
    """Fork until standard input ends: then the test run is over, and the kernel ends the children."""
    # Children that end are nobody's to wait for: the kernel forgets them at once.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become(order: Mapping[str, Any]) -> None:
    code = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _take_over_streams(order["log"])
        if order["bare"]:
            _execute_bare(order)
        settings = load_settings(order["environ"])
        code = _run(order["process"], settings, Path(order["ready"]).touch)
    except BaseException:  # noqa: BLE001 - nothing may climb back into the nursery's own loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _execute_bare(order: Mapping[str, Any]) -> None:
    again = [
        sys.executable,
        "-m",
        "tests.support.harness_nursery",
        json.dumps({**order, "bare": False}),
    ]
    if (
        os.geteuid() == 0
    ):  # root writes what it likes, unless it gives that up (setpriv, util-linux)
        again = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *again]
    os.execvp(again[0], again)  # noqa: S606 - this interpreter and a module of ours


def _run(process: str, settings: Settings, ready: Callable[[], None]) -> int:
    if process == "up":
        return up(settings)
    PROCESSES[process](settings, broker_url(settings), ready)
    return 0


def _take_over_streams(log: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(nothing)
    os.close(output)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _become(json.loads(sys.argv[1]))
    main()
