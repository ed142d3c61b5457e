"""Writes both lock files with uv: universal, hashed, and naming no registry."""

import subprocess
import sys
from pathlib import Path

COMMAND = (
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"),
    *("--no-emit-index-url", "--no-header", "--no-annotate", "--generate-hashes"),
)
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Resolve the run-time set first; the development set must contain exactly it."""
    subprocess.run(  # noqa: S603 - our own constants
        (*COMMAND, "pyproject.toml", "-o", "requirements.lock"), check=True, cwd=ROOT
    )
    subprocess.run(  # noqa: S603 - our own constants
        (
            *COMMAND,
            *("--group", "dev", "pyproject.toml"),
            *("-c", "requirements.lock", "-o", "requirements-dev.lock"),
        ),
        check=True,
        cwd=ROOT,
    )


if __name__ == "__main__":
    main()
