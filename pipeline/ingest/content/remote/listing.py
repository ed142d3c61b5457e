"""What a site's sitemaps name."""

from pipeline.domain.origins import origin_of
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.sitemaps import SITEMAP_LIMIT, Location, locations
from pipeline.errors import Rejected
from pipeline.ingest.content.remote.http import Fetcher
from pipeline.ingest.content.source import Refused

PAGES_LIMIT = 100_000
_SITEMAPS_LIMIT = 1_000


class Listing:
    """The pages that a sitemap and those below it name, each once."""

    def __init__(self, fetcher: Fetcher, origins: set[str | None]) -> None:
        self.pages: dict[str, Location] = {}
        self.refused: list[Refused] = []
        self.complete = True
        self._fetcher = fetcher
        self._origins = origins
        self._read: set[str] = set()

    def read(self, first: str) -> None:
        """Raises Transient or Rejected for the first; one below it that can't be read is Refused."""
        below = self._locations(first)
        while below:
            url = below.pop(0)
            try:
                below.extend(self._locations(url))
            except Rejected as error:
                self.complete = False
                self.refused.append(Refused(url, None, error.reason))

    def _locations(self, url: str) -> list[str]:
        """Adds a sitemap's pages; answers the sitemaps it names that were not read yet."""
        if len(self._read) >= _SITEMAPS_LIMIT:
            raise Rejected(f"there are more than {_SITEMAPS_LIMIT:,} sitemaps")
        self._read.add(url)
        answer = self._fetcher.get(url, limit=SITEMAP_LIMIT)
        if answer.gone:
            raise Rejected(f"there is no sitemap at {url}: set `url` of the site's content")
        try:
            found = list(locations(answer.body))
        except PostError as error:
            raise Rejected(error.at(url)) from error
        return [each.url for each in found if self._add(each)]

    def _add(self, location: Location) -> bool:
        """Takes a page; True for a sitemap to be read."""
        if origin_of(location.url) not in self._origins:
            reason = "it is on another host than the site, and is not read"
            self.refused.append(Refused(location.url[:2000], None, reason))
        elif location.is_sitemap:
            return location.url not in self._read
        elif len(self.pages) >= PAGES_LIMIT:
            raise Rejected(f"the sitemap names more than {PAGES_LIMIT:,} pages")
        else:
            self.pages.setdefault(location.url, location)
        return False
