"""What a Jekyll site's _config.yml says about its posts."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, NamedTuple

from pipeline.domain.posts.moments import zone_of
from pipeline.domain.posts.text import line, lines

# https://jekyllrb.com/docs/permalinks/#built-in-formats
STYLES: Mapping[str, str] = MappingProxyType(
    {
        "date": "/:categories/:year/:month/:day/:title:output_ext",
        "pretty": "/:categories/:year/:month/:day/:title/",
        "ordinal": "/:categories/:year/:y_day/:title:output_ext",
        "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none": "/:categories/:title:output_ext",
    }
)
# What Jekyll leaves out by itself.
_EXCLUDED = ("_site", "node_modules", "vendor", ".*")


class Default(NamedTuple):
    """Front matter for the posts below a path."""

    path: str
    values: Mapping[str, Any]


class JekyllConfig(NamedTuple):
    """The part of a site's settings that is read."""

    permalink: str = STYLES["date"]
    base_path: str = ""
    collections: str = ""
    zone: tzinfo = UTC
    language: str | None = None
    author: object = None
    excluded: tuple[str, ...] = _EXCLUDED
    defaults: tuple[Default, ...] = ()

    def defaults_of(self, path: str) -> dict[str, Any]:
        """What the settings give a post; the longer path, then the later entry counts."""
        fitting = [each for each in self.defaults if _in_scope(path, each.path)]
        found: dict[str, Any] = {}
        for each in sorted(fitting, key=lambda default: len(default.path)):
            found.update(each.values)
        return found

    def excludes(self, path: str) -> bool:
        """Whether a folder is left out, by its name or its path."""
        name = path.rpartition("/")[2]
        return any(fnmatchcase(name, each) or fnmatchcase(path, each) for each in self.excluded)


def config_of(table: Mapping[str, Any]) -> JekyllConfig:
    """The settings in a site's table. Raises ValueError for a time zone nobody knows."""
    excluded = tuple(each.strip("/") for each in lines(table.get("exclude")))
    return JekyllConfig(
        permalink=_permalink(table),
        base_path=(line(table.get("baseurl")) or "").strip("/"),
        collections=(line(table.get("collections_dir")) or "").strip("/"),
        zone=zone_of(table.get("timezone")),
        language=line(table.get("lang")) or line(table.get("locale")),
        author=table.get("author"),
        excluded=_EXCLUDED + excluded,
        defaults=tuple(_defaults(table.get("defaults"))),
    )


def _permalink(table: Mapping[str, Any]) -> str:
    collections = table.get("collections")
    posts = collections.get("posts") if isinstance(collections, Mapping) else None
    own = posts.get("permalink") if isinstance(posts, Mapping) else None
    given = line(own) or line(table.get("permalink")) or "date"
    return STYLES.get(given, given)


def _defaults(given: object) -> list[Default]:
    found = []
    for each in given if isinstance(given, list) else []:
        scope = each.get("scope") if isinstance(each, Mapping) else None
        values = each.get("values") if isinstance(each, Mapping) else None
        if not isinstance(scope, Mapping) or not isinstance(values, Mapping):
            continue
        if scope.get("type", "posts") in ("posts", "post", ""):
            lowered = {str(name).lower(): value for name, value in values.items()}
            found.append(Default(str(scope.get("path") or "").strip("/"), lowered))
    return found


def _in_scope(path: str, scope: str) -> bool:
    return not scope or path == scope or path.startswith(f"{scope}/") or fnmatchcase(path, scope)
