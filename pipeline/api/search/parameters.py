"""What a search address asks for. Odd syntax in `q` is words; an odd parameter is problem 422."""

import math
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple
from urllib.parse import parse_qs

import msgspec

from pipeline.domain.search.query import LONGEST_QUERY
from pipeline.domain.search.request import LARGEST_PAGE, Page
from pipeline.problems import ProblemError

DEFAULT_SIZE = 10
MOST_FILTERS = 20
_MOST_FIELDS = 100
_NUMBER = re.compile(r"[0-9]{1,3}")
_YEAR = re.compile(r"[12][0-9]{3}")


class Asked(NamedTuple):
    """A search as its address has it. `typing`: the last word may still go on."""

    site: str | None
    text: str
    typing: bool
    tags: tuple[str, ...]
    sections: tuple[str, ...]
    years: tuple[int, ...]
    after: Page | None
    size: int


def read_search(query: bytes) -> Asked:
    """Read ?q=&tag=&section=&year=&from=&size=&typing=&site=. Raises ProblemError."""
    fields = _fields(query)
    return Asked(
        site=_first(fields, "site"),
        text=(_first(fields, "q") or "")[:LONGEST_QUERY],
        typing=_first(fields, "typing") == "1",
        tags=_several(fields, "tag"),
        sections=_several(fields, "section"),
        years=tuple(map(_year, _several(fields, "year"))),
        after=_page(_first(fields, "from")),
        size=_size(_first(fields, "size")),
    )


class AskedRelated(NamedTuple):
    """A post, by its id or its page, and how many like it are wanted."""

    site: str | None
    id: str | None
    page: str | None
    size: int


def read_related(query: bytes) -> AskedRelated:
    """Read ?id= or ?page=, &size=&site=. Raises ProblemError."""
    fields = _fields(query)
    id_, page = _first(fields, "id"), _first(fields, "page")
    if (id_ is None) == (page is None):
        raise ProblemError("invalid", "name the post: by ?id= or by ?page=, not both")
    return AskedRelated(_first(fields, "site"), id_, page, _size(_first(fields, "size") or "5"))


class AskedClick(NamedTuple):
    """A hit that a reader follows."""

    site: str | None
    text: str
    id: str
    anchor: str | None


def read_click(query: bytes) -> AskedClick:
    """Read ?q=&id=&anchor=&site=. Raises ProblemError."""
    fields = _fields(query)
    id_ = _first(fields, "id")
    if id_ is None:
        raise ProblemError("invalid", "id is missing: it names the post to go to")
    text = (_first(fields, "q") or "")[:LONGEST_QUERY]
    return AskedClick(_first(fields, "site"), text, id_, _first(fields, "anchor"))


def page_token(page: Page) -> str:
    """A page's beginning, to be sent back as `from`."""
    return urlsafe_b64encode(msgspec.json.encode(list(page))).decode().rstrip("=")


def _page(token: str | None) -> Page | None:
    if token is None:
        return None
    try:
        raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        score, key = msgspec.json.decode(raw, type=tuple[float, str])
    except (ValueError, msgspec.MsgspecError) as error:
        raise ProblemError("invalid", "from must be the `next` of the answer before") from error
    if not math.isfinite(score):
        raise ProblemError("invalid", "from must be the `next` of the answer before")
    return Page(score, key)


def _fields(query: bytes) -> dict[str, list[str]]:
    try:
        found = parse_qs(query.decode("latin-1"), errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise ProblemError("invalid", f"the query has more than {_MOST_FIELDS} fields") from error
    # PostgreSQL has no place for NUL in a text, so there is no post whose id has one.
    return {name: [each.replace("\x00", "\ufffd") for each in found[name]] for name in found}


def _first(fields: dict[str, list[str]], name: str) -> str | None:
    return fields[name][0] if name in fields else None


def _several(fields: dict[str, list[str]], name: str) -> tuple[str, ...]:
    values = fields.get(name, [])
    if len(values) > MOST_FILTERS:
        raise ProblemError(
            "invalid", f"{name} is given {len(values)} times, {MOST_FILTERS} at most"
        )
    return tuple(value[:200] for value in values if value.strip())


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise ProblemError("invalid", "year must be four digits, such as 2026")
    return int(text)


def _size(text: str | None) -> int:
    if text is None:
        return DEFAULT_SIZE
    if not _NUMBER.fullmatch(text) or not 0 < int(text) <= LARGEST_PAGE:
        raise ProblemError("invalid", f"size must be a number from 1 to {LARGEST_PAGE}")
    return int(text)
