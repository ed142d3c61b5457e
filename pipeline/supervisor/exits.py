"""How a child process ended, in words."""

import os
import signal


def describe_exit(status: int) -> str:
    """Say how the child of this wait status ended: 'exit code 3' or 'signal SIGKILL'."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal has a number and no name
        return f"signal {-code}"
