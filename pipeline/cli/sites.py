"""`--site`: the site a command is about."""

import typer

from pipeline.settings import Settings


def only_site(settings: Settings, site: str | None) -> str:
    """The site that is named, or the only one there is. Wrong usage ends the command."""
    checked = checked_site(settings, site)
    if checked is not None:
        return checked
    if len(settings.sites) != 1:
        raise typer.BadParameter(f"say which: {_listed(settings)}", param_hint="--site")
    return next(iter(settings.sites))


def checked_site(settings: Settings, site: str | None) -> str | None:
    """The site that is named, if one is. Wrong usage ends the command."""
    # A source without a site is a site of its own name.
    if site is None or site in settings.sites or site in settings.sources:
        return site
    raise typer.BadParameter(
        f"{site!r} is no site of afterword.toml: {_listed(settings)}", param_hint="--site"
    )


def _listed(settings: Settings) -> str:
    return ", ".join(settings.sites) or "it names none"
