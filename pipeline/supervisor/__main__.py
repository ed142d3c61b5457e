"""What `afterword up` becomes: the set, in an interpreter that never imported a command line.

Whatever this process imports is in all its children. The command line's libraries, with pydantic
behind them, weigh 9 MB there, so the command replaces itself by this module (`replace`).
"""

# ruff: noqa: E402 - rich is forbidden before anything could import it

import sys

# structlog takes it where it finds it, for tracebacks that `pipeline.logs` formats itself: 3 MB.
sys.modules["rich"] = None  # type: ignore[assignment] # how an import is forbidden

from pipeline.config import load_settings
from pipeline.failures import code_of, sentence_of
from pipeline.supervisor.replace import DEBUG
from pipeline.supervisor.up import up


def main(arguments: list[str]) -> int:
    """Run the set of this environment's settings; the exit code. With DEBUG errors are raised."""
    try:
        return up(load_settings())
    except Exception as error:
        if DEBUG in arguments:
            raise
        print(f"afterword: {sentence_of(error)}", file=sys.stderr)  # noqa: T201 - as the command says it
        return code_of(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
