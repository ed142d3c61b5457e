"""Which process listens on a port, as far as Linux's /proc tells this user."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_LISTEN = "0A"
_ADDRESS, _STATE, _INODE = 1, 3, 9


def find_listener(port: int, proc: Path) -> str | None:
    """Name the process that listens on TCP `port`: 'process 123 (nginx)'.

    None where there is no /proc, or the process belongs to somebody else.
    Columns of /proc/net/tcp: proc_pid_net(5) and Documentation/networking/proc_net_tcp of Linux.
    """
    sockets = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    for process in proc.glob("[0-9]*") if sockets else ():
        if sockets.intersection(_open_files(process)):
            return f"process {process.name} ({_command(process)})"
    return None


def _inodes(port: int, proc: Path) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (proc / "net" / table).read_text().splitlines()[1:]:
                columns = line.split()
                listens = columns[_STATE] == _LISTEN
                if listens and int(columns[_ADDRESS].rpartition(":")[2], 16) == port:
                    yield columns[_INODE]


def _open_files(process: Path) -> Iterator[str]:
    # Processes end, and files are closed, while they are looked at.
    with suppress(OSError):
        for entry in (process / "fd").iterdir():
            with suppress(OSError):
                yield str(entry.readlink())


def _command(process: Path) -> str:
    with suppress(OSError):
        return (process / "comm").read_text().strip()
    return "gone by now"
