"""What `afterword up` becomes: the set, in an interpreter that never imported a command line.

Whatever this process imports is in all its children. The command line's libraries, with pydantic
behind them, weigh 9 MB there, so the command replaces itself by this module (`replace`).
"""
# ruff: noqa: E402 - what is forbidden has to be so before the first import

import sys
from contextlib import suppress

# Libraries import these where they find them, and the set has no use for that: tracebacks that
# `pipeline.logs` formats itself (structlog, 3 MB; httpx, later),
NEVER = ("rich",)
# a system call that ctypes makes as well (billiard, 1.2 MB), colours of a log that is not written
# (tornado, 1.1 MB), a serializer (kombu, 1.8 MB). A worker that meets front matter imports yaml.
NOT_YET = ("cffi", "curses", "yaml")

sys.modules.update(dict.fromkeys((*NEVER, *NOT_YET)))  # type: ignore[arg-type] # how to forbid it

from pipeline.config import load_settings
from pipeline.failures import code_of, sentence_of
from pipeline.settings import Settings
from pipeline.starter import write_starter
from pipeline.supervisor.replace import DEBUG
from pipeline.supervisor.up import up

for name in NOT_YET:
    del sys.modules[name]


def main(arguments: list[str]) -> int:
    """Run the set of this environment's settings; the exit code. With DEBUG errors are raised."""
    try:
        return up(_settings())
    except Exception as error:
        if DEBUG in arguments:
            raise
        print(f"afterword: {sentence_of(error)}", file=sys.stderr)  # noqa: T201 - as the command says it
        return code_of(error)


def _settings() -> Settings:
    """The settings. Where there is no afterword.toml yet, a first one is written."""
    settings = load_settings()
    if settings.config.exists():
        return settings
    with suppress(FileExistsError):  # another `up` was first
        write_starter(settings.config, port=settings.port)
    return load_settings()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
