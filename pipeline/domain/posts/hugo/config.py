"""What a Hugo site's own settings say about its posts."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import Any, NamedTuple

from pipeline.domain.posts.moments import zone_of
from pipeline.domain.posts.text import line

# https://gohugo.io/configuration/front-matter/
DATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": ("date", "publishdate", "pubdate", "published", "lastmod", "modified"),
        "publishdate": ("publishdate", "pubdate", "published", "date"),
        "lastmod": ("lastmod", "modified", "updated"),
        "expirydate": ("expirydate", "unpublishdate"),
    }
)
_NONE: Mapping[str, Any] = MappingProxyType({})


class HugoConfig(NamedTuple):
    """The part of a site's settings that is read. `known` is False where there is no such file."""

    known: bool = False
    base_url: str | None = None
    content_dir: str = "content"
    default_language: str = "en"
    default_in_subfolder: bool = False
    languages: Mapping[str, str] = MappingProxyType({})
    """A language's key, and its code as readers know it: {"en": "en-GB"}."""
    content_dirs: Mapping[str, str] = MappingProxyType({})
    """The content folder of a language that has its own."""
    permalinks: Mapping[str, str] = MappingProxyType({})
    ugly_urls: bool = False
    keep_case: bool = False
    zone: tzinfo = UTC
    dates: Mapping[str, tuple[str, ...]] = DATES
    cascade: object = None

    def code_of(self, language: str) -> str | None:
        """A language's code as readers know it; None for the default where no settings say one."""
        found = self.languages.get(language)
        return found if found or language == self.default_language else language


def config_of(table: Mapping[str, Any]) -> HugoConfig:
    """The settings in a site's table. Raises ValueError for a time zone nobody knows."""
    site = _lowered(table)
    languages = {
        str(key).lower(): _lowered(value)
        for key, value in _mapping(site.get("languages")).items()
        if isinstance(value, Mapping) and value.get("disabled") is not True
    }
    default = str(site.get("defaultcontentlanguage") or "en").lower()
    codes = {key: _code(each) or key for key, each in languages.items()}
    if default not in codes and (code := _code(site)):
        codes[default] = code
    return HugoConfig(
        known=True,
        base_url=line(site.get("baseurl")),
        content_dir=str(site.get("contentdir") or "content").strip("/"),
        default_language=default,
        default_in_subfolder=site.get("defaultcontentlanguageinsubdir") is True,
        languages=codes,
        content_dirs={
            key: str(each["contentdir"]).strip("/")
            for key, each in languages.items()
            if each.get("contentdir")
        },
        permalinks=_permalinks(_mapping(site.get("permalinks"))),
        ugly_urls=site.get("uglyurls") is True,
        keep_case=site.get("disablepathtolower") is True,
        zone=zone_of(site.get("timezone")),
        dates=_dates(_lowered(_mapping(site.get("frontmatter")))),
        cascade=site.get("cascade"),
    )


def _code(table: Mapping[str, Any]) -> str | None:
    return line(table.get("languagecode")) or line(table.get("locale"))


def _permalinks(table: Mapping[str, Any]) -> dict[str, str]:
    """Patterns by section. Since 0.112 those of pages have a table of their own."""
    pages = _mapping(table.get("page"))
    return {name: text for name, text in {**table, **pages}.items() if isinstance(text, str)}


def _dates(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found = dict(DATES)
    for name, names in table.items():
        if name in DATES and isinstance(names, list):
            expanded = [DATES[name] if n == ":default" else (str(n).lower(),) for n in names]
            found[name] = tuple(each for group in expanded for each in group)
    return found


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else _NONE


def _lowered(table: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in table.items()}
