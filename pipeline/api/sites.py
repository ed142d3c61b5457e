"""Which site a request is about, and which origins may read answers in a browser."""

from collections.abc import Mapping
from urllib.parse import urljoin

from pipeline.domain.origins import host_of, origin_of
from pipeline.problems import ProblemError
from pipeline.settings import Settings, Site


class Sites:
    """The sites of the settings, by name and by host."""

    def __init__(self, settings: Settings) -> None:
        self._sites = settings.sites
        # A source without a site comments under its own name.
        sources = {source.site or name for name, source in settings.sources.items()}
        self._names = sources | set(settings.sites)
        mains = set(settings.sites) or self._names
        self._only = next(iter(mains)) if len(mains) == 1 else None
        self._by_host = _by_host(settings.sites)
        self.origins = frozenset(
            origin.encode() for site in settings.sites.values() for origin in _origins(site)
        )

    def resolve(self, name: str | None, headers: Mapping[bytes, bytes]) -> str:
        """The site's name: as asked, else the only one, else by the page that asks.

        Raises ProblemError.
        """
        if name is not None:
            if name not in self._names:
                raise ProblemError("not-found", "no site of this name is in afterword.toml")
            return name
        if self._only is not None:
            return self._only
        for header in (b"origin", b"referer"):
            host = host_of(headers.get(header, b"").decode("latin-1"))
            if host is not None and host in self._by_host:
                return self._by_host[host]
        raise ProblemError("invalid", "this server has several sites: say which, as in ?site=NAME")

    def page_url(self, name: str, page: str, stored: str | None) -> str:
        """Where a page is: as its comments say if that is on the site, else at the site's url."""
        site = self._sites.get(name)
        if site is None:
            return stored or page
        if stored is not None and origin_of(stored) in _origins(site):
            return stored
        return urljoin(site.url, page)

    def host(self, name: str) -> str:
        """The host name of a site; its own name where the settings have no URL."""
        site = self._sites.get(name)
        host = None if site is None else host_of(site.url)
        return name if host is None else host

    def origins_of(self, name: str) -> str:
        """The origins of a site's pages, as a list of CSP sources."""
        site = self._sites.get(name)
        return " ".join(sorted(_origins(site))) if site else ""


def _origins(site: Site) -> frozenset[str]:
    return frozenset(filter(None, map(origin_of, (site.url, *site.allowed_origins))))


def _by_host(sites: Mapping[str, Site]) -> dict[str, str]:
    """Hosts that belong to one site only: two sites of one host can't be told apart by it."""
    owners: dict[str, set[str]] = {}
    for name, site in sites.items():
        for url in (site.url, *site.allowed_origins):
            host = host_of(url)
            if host is not None:
                owners.setdefault(host, set()).add(name)
    return {host: names.pop() for host, names in owners.items() if len(names) == 1}
