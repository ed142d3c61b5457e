"""The folder that holds all state: made if it is missing, refused if it can't be written."""

import os
import tempfile
from pathlib import Path

from pipeline.errors import StartError


def prepare_home(home: Path) -> None:
    """Make `home` and `home/run`, open to their owner alone, and try to write there.

    A `home` that exists keeps its permissions. Raises StartError naming AFTERWORD_HOME.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        run_folder(home).mkdir(mode=0o700, exist_ok=True)
        run_folder(home).chmod(0o700)
        # Only writing tells: a read-only or full file system grants every permission.
        with tempfile.TemporaryFile(dir=home) as trial:
            trial.write(b"1")
            trial.flush()
    except OSError as error:
        raise StartError(_explain(home, error)) from error


def run_folder(home: Path) -> Path:
    """Where sockets and locks live: they mean nothing once the set has stopped."""
    return home / "run"


def _explain(home: Path, error: OSError) -> str:
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        problem = f"{error.filename} is a file, not a folder. Choose another folder"
    elif isinstance(error, PermissionError):
        problem = (
            f"user id {os.geteuid()} may not write there ({error.strerror}). "
            "Give it the folder (chown), or choose another"
        )
    else:
        problem = f"it can't be written: {error.strerror}. Mend that, or choose another folder"
    return f"AFTERWORD_HOME is {home}, but {problem}."
