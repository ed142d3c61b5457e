"""Where Hugo publishes a page. Rules: https://gohugo.io/content-management/urls/."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from pipeline.domain.posts.hugo.config import HugoConfig
from pipeline.domain.posts.hugo.tree import Place
from pipeline.domain.posts.problem import PostError

_TOKEN = re.compile(r":([a-z]+)(?:\[(\w*)(:?)(\w*)\])?")
_ALLOWED = frozenset("./\\_#+~-@%")


class Address(NamedTuple):
    """What a page's URL is made of. `date` is the page's own, in the zone it was written in."""

    place: Place
    title: str
    slug: str | None
    url: str | None
    date: datetime | None


def path_of(address: Address, config: HugoConfig) -> str:
    """The page's path on the site, with the language's folder, not yet escaped.

    Raises PostError for a pattern with a token nobody knows, or without the date it needs.
    """
    place = address.place
    prefix = _language_folder(place, config)
    if address.url is not None:
        return address.url if address.url.startswith("/") else f"{prefix}/{address.url}"
    pattern = config.permalinks.get(place.sections[0]) if place.sections else None
    if pattern is not None:
        path = _TOKEN.sub(lambda token: _filled(token, address), pattern)
    else:
        path = "/".join((*place.sections, address.slug or place.name))
    path = sanitised(path.strip("/"), keep_case=config.keep_case)
    if config.ugly_urls:
        return f"{prefix}/{path}.html"
    # A pattern may end in a file's name.
    end = "" if pattern and path.endswith((".html", ".htm")) else "/"
    return f"{prefix}/{path}{end}"


def sanitised(text: str, *, keep_case: bool = False) -> str:
    """A name as Hugo puts it in a URL: spaces as hyphens, letters of any script, little else."""
    kept = "".join(c for c in text if c.isspace() or c in _ALLOWED or _is_word(c))
    joined = re.sub(r"-*\s[\s-]*", "-", kept.strip())
    return joined if keep_case else joined.lower()


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _language_folder(place: Place, config: HugoConfig) -> str:
    if place.language == config.default_language and not config.default_in_subfolder:
        return ""
    return f"/{place.language}"


def _filled(token: re.Match[str], address: Address) -> str:
    name, first, colon, last = token.groups()
    if name == "sections":
        return "/".join(_sliced(address.place.sections, first, colon, last))
    if name in _WORDS:
        return _WORDS[name](address)
    if name not in _TIMES:
        raise PostError(None, f"its permalink holds :{name}, which is not known here")
    if address.date is None:
        raise PostError(None, f"its permalink holds :{name}, but it has no date")
    return _TIMES[name](address.date)


def _sliced(
    parts: tuple[str, ...], first: str | None, colon: str | None, last: str | None
) -> tuple[str, ...]:
    if first is None:
        return parts
    start = _index(first, parts, 0)
    if not colon:
        return parts[start : start + 1]
    return parts[start : _index(last or "", parts, len(parts))]


def _index(text: str, parts: tuple[str, ...], default: int) -> int:
    if text == "last":
        return max(len(parts) - 1, 0)
    return int(text) if text.isdigit() else default


def _word(text: str) -> str:
    """One part of a path: what is in it makes no further parts."""
    return sanitised(text, keep_case=True).replace("/", "-")


_WORDS: Mapping[str, Callable[[Address], str]] = {
    "section": lambda a: a.place.sections[0] if a.place.sections else "",
    "title": lambda a: _word(a.title),
    "slug": lambda a: _word(a.slug or a.title),
    "filename": lambda a: _word(a.place.name),
    "contentbasename": lambda a: _word(a.place.name),
    "slugorfilename": lambda a: _word(a.slug or a.place.name),
    "slugorcontentbasename": lambda a: _word(a.slug or a.place.name),
}
_TIMES: Mapping[str, Callable[[datetime], str]] = {
    "year": lambda at: f"{at.year:04}",
    "month": lambda at: f"{at.month:02}",
    "monthname": lambda at: f"{at:%B}",
    "day": lambda at: f"{at.day:02}",
    "weekday": lambda at: f"{at:%w}",
    "weekdayname": lambda at: f"{at:%A}",
    "yearday": lambda at: f"{at.timetuple().tm_yday}",
}
