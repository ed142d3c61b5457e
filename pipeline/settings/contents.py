"""Where a site's posts are read from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, get_args

import msgspec
from msgspec import Meta

from pipeline.settings.patterns import Address

FolderPath = Annotated[str, Meta(min_length=1)]


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """Where a site's posts are read from; `kind` says how."""


class HugoContent(_Content, frozen=True, tag="hugo"):
    """A Hugo site: its content folder, or the folder its settings are in."""

    path: FolderPath


class JekyllContent(_Content, frozen=True, tag="jekyll"):
    """A Jekyll site: the folder that holds `_posts`."""

    path: FolderPath


class EleventyContent(_Content, frozen=True, tag="eleventy"):
    """A built site: the folder that is served."""

    path: FolderPath


class FeedContent(_Content, frozen=True, tag="feed"):
    """An RSS, Atom or JSON feed."""

    url: Address


class SitemapContent(_Content, frozen=True, tag="sitemap"):
    """Every page a sitemap names. None: /sitemap.xml of the site."""

    url: Address | None = None


class GhostContent(_Content, frozen=True, tag="ghost"):
    """A Ghost blog, by its Content API. `url` None: the site's own."""

    key: Annotated[str, Meta(min_length=1)]
    url: Address | None = None


class WordPressContent(_Content, frozen=True, tag="wordpress"):
    """A WordPress blog, by its REST API. `url` None: the site's own."""

    url: Address | None = None


Content = (
    HugoContent
    | JekyllContent
    | EleventyContent
    | FeedContent
    | SitemapContent
    | GhostContent
    | WordPressContent
)
"""How a site's posts can be read."""
CONTENT_KINDS: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {str(kind.__struct_config__.tag): kind for kind in get_args(Content)}
)
"""The shape of `content`, by its `kind`."""
