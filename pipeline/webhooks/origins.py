"""Which pages may post comments: exact origins of the settings, nothing that merely looks like them."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.domain.schemes import Scheme
from pipeline.settings import Settings, Site


class Desk(NamedTuple):
    """A source of scheme `form` and the site it belongs to."""

    source: str
    site: Site
    origins: frozenset[str]


class Origins:
    """Finds the form source of a page by its Origin, or by its Referer's where there is none."""

    def __init__(self, settings: Settings) -> None:
        self._desks: dict[str, Desk] = {}
        for name, source in settings.sources.items():
            if source.scheme is Scheme.FORM and source.site is not None:
                site = settings.sites[source.site]
                origins = frozenset(filter(None, map(origin_of, (site.url, *site.allowed_origins))))
                for origin in origins:
                    self._desks.setdefault(origin, Desk(name, site, origins))

    def desk(self, headers: Mapping[bytes, bytes]) -> tuple[str, Desk] | None:
        """The caller's origin and its desk; None for a page that may not post."""
        given = headers.get(b"origin")
        if given is None:
            given = (origin_of(headers.get(b"referer", b"").decode("latin-1")) or "").encode()
        origin = given.decode("latin-1")
        desk = self._desks.get(origin)
        return None if desk is None else (origin, desk)


def origin_of(url: str) -> str | None:
    """Scheme, host and port of a URL as a browser writes them in Origin; None for no such URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, default) else f":{port}")
