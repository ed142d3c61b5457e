"""The `afterword` command: what the owner of a blog types.

Commands are edges: read the arguments, open one transaction, call a service, print what it says.
"""

from pipeline.cli.root import main

__all__ = ["main"]
