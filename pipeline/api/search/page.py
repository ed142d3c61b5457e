"""`GET /search`: the same search as a page without JavaScript; `/search/to` counts its clicks."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from pipeline.api.exchange import Answer, Call
from pipeline.api.look import POLICY, STYLE
from pipeline.api.pages import fill
from pipeline.api.search.asking import Answered, Searcher
from pipeline.api.search.parameters import Asked, page_token, read_click, read_search
from pipeline.api.sites import Sites
from pipeline.api.threads import Run
from pipeline.domain.search import Facets, Hit, document_key
from pipeline.index.journal import Journal
from pipeline.problems import ProblemError
from pipeline.store import posts
from pipeline.store.database import Database

_MOST_FACETS = 12


class SearchPage:
    """What stands behind /search."""

    def __init__(self, searcher: Searcher, sites: Sites, run: Run) -> None:
        self._searcher = searcher
        self._sites = sites
        self._run = run

    async def __call__(self, call: Call) -> Answer:
        asked = read_search(call.query)._replace(typing=False)
        site = self._sites.resolve(asked.site, call.headers)
        body = await self._run(self._page, site, asked)
        headers = (
            (b"vary", b"Origin, Referer"),
            (b"cache-control", b"no-cache"),
            (b"content-security-policy", POLICY.encode()),
            (b"content-type", b"text/html; charset=utf-8"),
        )
        return Answer(200, body, headers)

    def _page(self, site: str, asked: Asked) -> bytes:
        answered = self._searcher.ask(site, asked)
        found, address = answered.found, _Address(site, asked)
        page = fill(
            "search.html",
            style=STYLE,
            text=asked.text,
            site=asked.site,
            host=self._sites.host(site),
            chosen=address.chosen(),
            total=found.total,
            hits=[_item(hit, address) for hit in found.hits],
            suggestions=[_item(hit, address.afresh()) for hit in answered.suggestions],
            facets=_facets(found.facets, address) if found.facets else [],
            meant=found.did_you_mean,
            meant_address=address.to(text=found.did_you_mean or ""),
            next=address.to(after=page_token(found.next)) if found.next else None,
            searched=_searched(answered, asked),
        )
        return page.encode()


class ClickDoor:
    """What stands behind /search/to: notes the click, and sends the reader on to the post."""

    def __init__(self, journal: Journal, database: Database, sites: Sites, run: Run) -> None:
        self._journal = journal
        self._database = database
        self._sites = sites
        self._run = run

    async def __call__(self, call: Call) -> Answer:
        asked = read_click(call.query)
        site = self._sites.resolve(asked.site, call.headers)
        url = await self._run(self._url, site, asked.id)
        if url is None:
            raise ProblemError("not-found", "this post is not published any more")
        self._journal.clicked(site, asked.text)
        anchor = f"#{quote(asked.anchor)}" if asked.anchor else ""
        return Answer(303, b"", ((b"location", f"{url}{anchor}".encode()), _UNCACHED))

    def _url(self, site: str, post_id: str) -> str | None:
        # Only where a post of ours is: the address can't be used to send people anywhere else.
        with self._database.read() as db:
            return posts.visible_url(db, document_key(site, post_id))


_UNCACHED = (b"cache-control", b"no-store")


class _Address:
    """Addresses of the searches that a page leads to."""

    def __init__(self, site: str, asked: Asked) -> None:
        self._site = site
        self._asked = asked

    def to(self, *, text: str | None = None, after: str | None = None, **more: str) -> str:
        """This search with other words, from another hit on, or narrowed further."""
        pairs = [("q", self._asked.text if text is None else text), *self._filters()]
        pairs += [(name, value) for name, value in more.items() if (name, value) not in pairs]
        pairs += [("from", after)] if after else []
        return "/search?" + urlencode(self._sited(pairs))

    def chosen(self) -> list[Mapping[str, str]]:
        """What the search is narrowed by, each with the address of the search without it."""
        filters = self._filters()
        base = [("q", self._asked.text)]
        return [
            {
                "name": name,
                "value": value,
                "address": "/search?"
                + urlencode(
                    self._sited(base + [each for each in filters if each != (name, value)])
                ),
            }
            for name, value in filters
        ]

    def afresh(self) -> "_Address":
        """Addresses of searches without these words and filters: they found nothing."""
        nothing = self._asked._replace(text="", tags=(), sections=(), years=())
        return _Address(self._site, nothing)

    def click(self, hit: Hit) -> str:
        """Where a hit's link goes."""
        pairs = [("q", self._asked.text), ("id", hit.id)]
        pairs += [("anchor", hit.anchor)] if hit.anchor else []
        return "/search/to?" + urlencode([*pairs, ("site", self._site)])

    def _filters(self) -> list[tuple[str, str]]:
        asked = self._asked
        pairs = [("tag", tag) for tag in asked.tags]
        pairs += [("section", section) for section in asked.sections]
        return pairs + [("year", str(year)) for year in asked.years]

    def _sited(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [*pairs, ("site", self._asked.site)] if self._asked.site else pairs


def _item(hit: Hit, address: _Address) -> dict[str, Any]:
    return {
        "address": address.click(hit),
        # Escaped by the engine: pipeline.domain.search.Hit.
        "title": Markup(hit.title_html),  # noqa: S704 - see above
        "body": Markup(hit.body_html),  # noqa: S704 - see above
        "at": hit.published_at,
        "section": hit.section,
        "tags": [(tag, address.to(tag=tag)) for tag in hit.tags],
    }


def _facets(facets: Facets, address: _Address) -> list[dict[str, Any]]:
    named = (("tag", "Tags", facets.tags), ("section", "Sections", facets.section))
    groups = [*named, ("year", "Years", dict(sorted(facets.year.items(), reverse=True)))]
    return [
        {
            "label": label,
            "entries": [
                (value, count, address.to(**{name: value}))
                for value, count in list(counts.items())[:_MOST_FACETS]
            ],
        }
        for name, label, counts in groups
        if len(counts) > 1
    ]


def _searched(answered: Answered, asked: Asked) -> bool:
    """Whether the reader asked for anything; else the page shows what is newest."""
    return bool(answered.query.text or asked.tags or asked.sections or asked.years)
