"""The `afterword` command: what the owner of a blog types.

Commands are edges: read the arguments, open one transaction, call a service, print what it says.
"""

import sys

from pipeline.supervisor.replace import replace


def main() -> None:
    """Run the command line of this process."""
    if sys.argv[1:] == ["up"]:
        # What `up` does too, but only once the libraries that read options are imported.
        replace(debug=False)
    from pipeline.cli.root import run  # noqa: PLC0415 - see above: half of a set's start

    run()
