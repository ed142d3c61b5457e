"""Where the embedded Redis listens: a Unix socket only its owner can open, and no TCP port."""

import hashlib
import os
import re
import socket
import stat
import struct
import tempfile
from contextlib import closing
from pathlib import Path

from pipeline.errors import StartError
from pipeline.supervisor.home import run_folder

LONGEST_PATH = 103
"""Bytes of a socket's path: 107 on Linux (unix(7)), 103 on macOS; the smaller serves both."""

# Flower 2.2 takes the path from the URL without undoing %-escapes (flower/utils/broker.py).
_SAFE_IN_URL = re.compile(r"[A-Za-z0-9/._-]+")
_NAME = "redis.sock"
_ANSWER_WITHIN = 0.5


def socket_path(home: Path) -> Path:
    """Return the socket's path: in `home/run`, or a private folder for temporary files.

    The second where the first is too long for a socket or can't be written in a URL.
    """
    path = run_folder(home.absolute()) / _NAME
    if len(os.fsencode(path)) <= LONGEST_PATH and _SAFE_IN_URL.fullmatch(str(path)):
        return path
    digest = hashlib.sha256(os.fsencode(home.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"afterword-{os.getuid()}-{digest}" / _NAME


def socket_url(home: Path) -> str:
    """Return the URL under which kombu and Flower reach the embedded Redis.

    redis-py's own `from_url` wants `unix://PATH?db=0` instead.
    """
    return f"redis+socket://{socket_path(home)}?virtual_host=0"


def prepare_socket(path: Path) -> None:
    """Make the socket's folder, open to its owner alone.

    Raises StartError if the folder is somebody else's or a link, or a server listens there already.
    """
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        status = path.parent.lstat()
        # In a folder for temporary files anybody may have put something of that name first.
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            raise StartError(f"{path.parent} is not this user's own folder. Remove it.")
        path.parent.chmod(0o700)
    except OSError as error:
        raise StartError(
            f"{path.parent} can't be made for the socket of Redis ({error.strerror}). "
            "Make it writable, or set AFTERWORD_HOME to a folder with a short, plain path."
        ) from error
    server = _find_server(path)
    if server:
        raise StartError(
            f"{server} still serves {path}: a Redis left over from an earlier start. "
            "End it (kill, then its number), and start again."
        )


def ping(path: Path) -> bool:
    """Whether a Redis answers PING there. One that is still loading its data says no."""
    try:
        with closing(_connect(path)) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def _connect(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_ANSWER_WITHIN)
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def _find_server(path: Path) -> str | None:
    try:
        with closing(_connect(path)) as connection:
            if not hasattr(socket, "SO_PEERCRED"):
                return "A process"
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            return f"Process {struct.unpack('3i', credentials)[0]}"
    except OSError:  # no socket, or one that nobody listens on any more
        return None
