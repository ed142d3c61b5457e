"""From the command `afterword up` to the set: the same process, another program."""

import os
import sys
from typing import NoReturn

DEBUG = "--debug"


def replace(*, debug: bool) -> NoReturn:
    """Go on as `pipeline.supervisor.__main__`, with this environment, folder and process id.

    `debug`: an error ends with a traceback. No other thread may run, and no file may be half written.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    # -P: a redis.py in the folder of somebody's blog is no library.
    command = [sys.executable, "-P", "-m", "pipeline.supervisor", *([DEBUG] if debug else [])]
    os.execv(sys.executable, command)  # noqa: S606 - the point: no shell in between
