"""Where Jekyll publishes a post. Rules: https://jekyllrb.com/docs/permalinks/."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from pipeline.domain.posts.jekyll.config import STYLES
from pipeline.domain.posts.problem import PostError

_TOKEN = re.compile(r":([a-z_]+)")
# Jekyll's slugify: "pretty" keeps what a URL's path may hold, "default" letters and digits alone.
_UNPRETTY = re.compile(r"[^\w._~!$&'()+,;=@]+")
_NO_WORD = re.compile(r"[\W_]+")


class Address(NamedTuple):
    """What a post's URL is made of. `date` is in the site's time zone."""

    slug: str
    categories: tuple[str, ...]
    date: datetime


def path_of(pattern: str, address: Address) -> str:
    """The post's path on the site, not yet escaped. Raises PostError for an unknown token."""
    pattern = STYLES.get(pattern, pattern)
    path = _TOKEN.sub(lambda token: _filled(token[1], address), pattern)
    return re.sub("/{2,}", "/", f"/{path}")


def _filled(token: str, address: Address) -> str:
    # ":title_x" is :title and the text "_x": the longest name that is known counts.
    known = [name for name in (*_WORDS, *_TIMES) if token.startswith(name)]
    if not known:
        raise PostError(None, f"its permalink holds :{token}, which is not known here")
    name = max(known, key=len)
    value = _WORDS[name](address) if name in _WORDS else _TIMES[name](address.date)
    return value + token[len(name) :]


def _pretty(text: str) -> str:
    return _UNPRETTY.sub("-", text).strip("-")


def _plain(text: str) -> str:
    return _NO_WORD.sub("-", text).strip("-").lower()


def _joined(categories: Iterable[str]) -> str:
    return "/".join(dict.fromkeys(categories))


_WORDS: Mapping[str, Callable[[Address], str]] = {
    "title": lambda a: _pretty(a.slug),
    "slug": lambda a: _plain(a.slug),
    "categories": lambda a: _joined(each.lower() for each in a.categories),
    "slugified_categories": lambda a: _joined(map(_plain, a.categories)),
    "output_ext": lambda _: ".html",
}
_TIMES: Mapping[str, Callable[[datetime], str]] = {
    "year": lambda at: f"{at.year:04}",
    "short_year": lambda at: f"{at:%y}",
    "month": lambda at: f"{at.month:02}",
    "i_month": lambda at: f"{at.month}",
    "short_month": lambda at: f"{at:%b}",
    "long_month": lambda at: f"{at:%B}",
    "day": lambda at: f"{at.day:02}",
    "i_day": lambda at: f"{at.day}",
    "y_day": lambda at: f"{at:%j}",
    "w_year": lambda at: f"{at:%G}",
    "week": lambda at: f"{at:%V}",
    "w_day": lambda at: f"{at:%u}",
    "short_day": lambda at: f"{at:%a}",
    "long_day": lambda at: f"{at:%A}",
    "hour": lambda at: f"{at:%H}",
    "minute": lambda at: f"{at:%M}",
    "second": lambda at: f"{at:%S}",
}
