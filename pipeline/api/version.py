"""Which Afterword this is."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def app_version(distribution: str = "afterword") -> str:
    """The installed version; "source" where the tree runs without having been installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "source"
