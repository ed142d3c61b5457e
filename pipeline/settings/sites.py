"""Blogs, and the senders of webhooks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from pipeline.domain.schemes import Scheme
from pipeline.errors import SettingsError
from pipeline.settings.contents import Content
from pipeline.settings.patterns import Address, Rate, rate_per_second

RESERVED_SOURCES = frozenset({"afterword", "beat"})


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One blog. `content` names its content source (used by search)."""

    url: Address
    allowed_origins: tuple[str, ...] = ()
    content: Content | None = None
    synonyms: str | None = None
    """A file of words that mean the same, in Solr's format; relative to the settings' folder."""
    search_comments: bool = True
    """Whether a search also looks through the published comments of a post."""


class SecretEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secret while rotating: refused after `not_after`."""

    secret: str
    not_after: datetime | None = None


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sender of webhooks, as `afterword.toml` has it."""

    scheme: Scheme
    site: str | None = None
    secrets: tuple[str | SecretEntry, ...] = ()
    rate: Rate = "50/s"
    tolerance: Annotated[int, Meta(ge=0, le=86_400)] = 300

    def per_second(self) -> float | None:
        """The refill rate of the source's token bucket; None where the limit is off."""
        return rate_per_second(self.rate)


def check_sources(sources: Mapping[str, Source], sites: Mapping[str, Site]) -> None:
    """Raise SettingsError for a source whose site does not exist or whose secrets can't be used."""
    for name, source in sources.items():
        if name in RESERVED_SOURCES:
            raise SettingsError(
                f"sources.{name}", was=name, expected=f"another name: {name!r} is Afterword's own"
            )
        if source.site is not None and source.site not in sites:
            known = ", ".join(sorted(sites)) or "none is set"
            raise SettingsError(
                f"sources.{name}.site", was=source.site, expected=f"a site of this file ({known})"
            )
