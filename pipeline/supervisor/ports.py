"""Whether the ports the set needs are free, asked before anything is started."""

import errno
import socket
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import StartError
from pipeline.supervisor.listeners import find_listener

_FIRST_FREE_TO_ALL = 1024


@dataclass(frozen=True)
class Port:
    """A TCP port that is wanted, and the setting that asks for it."""

    variable: str
    host: str
    number: int


def require_free(ports: Sequence[Port], *, proc: Path = Path("/proc")) -> None:
    """Bind each port for a moment. 0 means any free port and is never taken.

    Raises StartError with the variable to change and, if /proc tells, who has the port.
    """
    wanted: dict[int, str] = {}
    for port in ports:
        if port.number and port.number in wanted:
            raise StartError(
                f"{wanted[port.number]} and {port.variable} are both {port.number}. "
                f"Set {port.variable} to another port."
            )
        wanted[port.number] = port.variable
        _try(port, proc)


def _try(port: Port, proc: Path) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            port.host, port.number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with closing(socket.socket(family, kind, protocol)) as trial:
            # As the servers do it: a port is free although its last connections still linger.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except socket.gaierror as error:
        raise StartError(
            f"AFTERWORD_HOST is {port.host!r}, which is no address of this machine "
            f"({error.strerror}). Use 127.0.0.1 unless others must reach it directly."
        ) from error
    except OSError as error:
        raise StartError(_explain(port, error, proc)) from error


def _explain(port: Port, error: OSError, proc: Path) -> str:
    where = f"port {port.number} on {port.host}"
    if error.errno == errno.EADDRINUSE:
        owner = find_listener(port.number, proc)
        return (
            f"{where} is taken by {owner or 'another program'}. "
            f"Stop that, or set {port.variable} to a free port."
        )
    if error.errno == errno.EACCES and port.number < _FIRST_FREE_TO_ALL:
        return (
            f"{where} may only be opened by root. "
            f"Set {port.variable} to {_FIRST_FREE_TO_ALL} or above, and put a proxy before it."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"AFTERWORD_HOST is {port.host}, which is no address of this machine."
    return f"{where} can't be opened ({error.strerror}). Set {port.variable} to another port."
