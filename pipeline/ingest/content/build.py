"""From a site's settings to its content source."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from pipeline.ingest.content.eleventy import BuiltSource
from pipeline.ingest.content.hugo import HugoSource
from pipeline.ingest.content.jekyll import JekyllSource
from pipeline.ingest.content.remote.feed import FeedSource
from pipeline.ingest.content.remote.ghost import GhostSource
from pipeline.ingest.content.remote.sitemap import SitemapSource
from pipeline.ingest.content.remote.wordpress import WordPressSource
from pipeline.ingest.content.source import ContentSource
from pipeline.settings.contents import (
    Content,
    EleventyContent,
    FeedContent,
    GhostContent,
    HugoContent,
    JekyllContent,
    SitemapContent,
    WordPressContent,
)

Clock = Callable[[], datetime]


def open_source(content: Content, *, url: str, folder: Path, clock: Clock) -> ContentSource:
    """The content source of a site at `url`. A path is relative to `folder`, that of the settings.

    Importing this module brings the parsers and the HTTP client with it, some 13 MB: do so in the
    process that reads content, and there only.
    """
    if isinstance(content, HugoContent | JekyllContent | EleventyContent):
        return _FOLDERS[type(content)](_whole(folder, content.path), url)
    return _remote(content, url, clock)


def _remote(
    content: FeedContent | SitemapContent | GhostContent | WordPressContent, url: str, clock: Clock
) -> ContentSource:
    match content:
        case FeedContent(url=feed):
            return FeedSource(feed, url, clock)
        case SitemapContent(url=sitemap):
            return SitemapSource(sitemap or f"{url.rstrip('/')}/sitemap.xml", url, clock)
        case GhostContent(key=key, url=api):
            return GhostSource(api or url, key, clock)
        case WordPressContent(url=api):
            return WordPressSource(api or url, clock)


_FOLDERS: Mapping[type[Content], Callable[[Path, str], ContentSource]] = {
    HugoContent: HugoSource,
    JekyllContent: JekyllSource,
    EleventyContent: BuiltSource,
}


def _whole(folder: Path, path: str) -> Path:
    """A folder of the settings; the folder itself may be a link, as that of a deploy often is."""
    return (folder / Path(path).expanduser()).resolve()
