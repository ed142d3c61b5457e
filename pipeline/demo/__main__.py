"""`python -m pipeline.demo [--once] [--keep]`.

Ends with 0 when it has shown everything, 1 where the set could not be run, 2 for wrong usage or
settings, 130 when it was interrupted before the end.
"""

import sys

INTERRUPTED = 130


def main() -> int:
    """Run the demo; Ctrl-C ends it at any point."""
    try:
        # Imported here: Ctrl-C may come while that goes on, which takes a second.
        from pipeline.demo.show import show  # noqa: PLC0415 - see the line above

        return show(sys.argv[1:])
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
