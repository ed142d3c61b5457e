"""Starting real servers for tests, so that they never outlive the test run."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

STARTED_WITHIN = 30.0
_PULLED_WITHIN = 300.0
_STOPPED_WITHIN = 10.0
_ASK_EVERY = 0.02


@dataclass(frozen=True)
class Account:
    """The user and group a server runs as."""

    uid: int
    gid: int


def unprivileged() -> Account | None:
    """Somebody else where this is root: PostgreSQL and Elasticsearch refuse to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return Account(entry.pw_uid, entry.pw_gid)


def start(
    argv: Sequence[str | Path], log: Path, *, account: Account | None = None, end: str = "KILL"
) -> subprocess.Popen[bytes]:
    """Start `argv` in the foreground, its output in `log`.

    The kernel sends it the signal `end` when this process is gone, killed or not (Linux only).
    """
    # setpriv(1) last: a change of user would clear the signal (prctl(2), PR_SET_PDEATHSIG).
    setpriv = shutil.which("setpriv")
    words = [setpriv, "--pdeathsig", end, *argv] if setpriv else argv
    switch = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # noqa: S603 - found executables  # keywords as a mapping fit no overload
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=log.parent, **switch
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, insist if it doesn't, and take note of its end."""
    process.terminate()
    try:
        process.wait(_STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_ready(
    process: subprocess.Popen[bytes],
    answers: Callable[[], bool],
    log: Path,
    within: float = STARTED_WITHIN,
) -> None:
    """Wait until the server `answers`.

    Raises RuntimeError with the end of its log if it ended, or is still silent after `within`
    seconds; it is stopped then.
    """
    pause = threading.Event()
    for _ in range(int(within / _ASK_EVERY)):
        if process.poll() is not None:
            break
        if answers():
            return
        pause.wait(_ASK_EVERY)
    stop(process)
    told = log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"{process.args!r} was not ready within {within:g} s; it said:\n{told}")


def free_port() -> int:
    """A loopback TCP port for a server to come: on Linux, nobody else is given it meanwhile.

    The socket that has it stays open as long as this process, and never listens. A server may listen
    there all the same, and again after its end, as it sets SO_REUSEADDR.
    """
    with closing(socket.socket()) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port = int(holder.getsockname()[1])
        if sys.platform == "linux":  # elsewhere no two sockets may have one port
            holder.detach()
    return port


def docker_works() -> bool:
    """Whether there is a Docker daemon this user may talk to."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        subprocess.run([docker, "version"], capture_output=True, check=True, timeout=10)  # noqa: S603 - a found executable, fixed words
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@dataclass(frozen=True)
class Image:
    """A server as a container: `port` inside it, `command` after the image's name."""

    name: str
    port: int
    variables: Mapping[str, str]
    command: Sequence[str]


def start_container(
    image: Image, port: int, answers: Callable[[], bool], log: Path
) -> subprocess.Popen[bytes]:
    """Run a container with its port on loopback `port`, and wait until it `answers`.

    The client stays in the foreground and passes signals on, so the container ends with it.
    """
    variables = [f"--env={name}={value}" for name, value in image.variables.items()]
    publish = f"--publish=127.0.0.1:{port}:{image.port}"
    argv = ["docker", "run", "--rm", "--init", publish, *variables, image.name, *image.command]
    process = start(argv, log, end="TERM")
    wait_ready(process, answers, log, _PULLED_WITHIN)
    return process
