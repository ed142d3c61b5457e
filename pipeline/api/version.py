"""Which Afterword this is."""

from importlib.metadata import PackageNotFoundError, version


def app_version() -> str:
    """The installed version; "source" where the tree runs without having been installed."""
    try:
        return version("afterword")
    except PackageNotFoundError:
        return "source"
