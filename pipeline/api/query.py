"""What a query string asks for. Whatever it holds, the answer is a value or problem 422."""

import re
from typing import NamedTuple
from urllib.parse import parse_qs

from pipeline.api.tree import Cursor
from pipeline.problems import ProblemError

MOST_COMMENTS = 1000
MOST_PAGES = 100
_MOST_FIELDS = 200

# As pipeline.domain.events.PagePath: another path can't have comments.
_PAGE = re.compile(r"/[^\x00-\x20]{0,499}")
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18}|[1-8][0-9]{18})")
_NUMBER = re.compile(r"[0-9]{1,6}")
_ID = re.compile(r"[0-9]{1,19}")


class ThreadQuery(NamedTuple):
    """A part of a page's thread; `reply` is the comment the form shall answer."""

    page: str
    site: str | None
    after: Cursor | None
    limit: int
    reply: str | None


class CountsQuery(NamedTuple):
    """Pages to count."""

    pages: tuple[str, ...]
    site: str | None


def read_thread_query(query: bytes) -> ThreadQuery:
    """Read ?page=&site=&after=&limit=&reply=. Raises ProblemError."""
    fields = _fields(query)
    if "page" not in fields:
        raise ProblemError(
            "invalid", "page is missing: name the page's path, as in ?page=/posts/a/"
        )
    return ThreadQuery(
        page=check_page(fields["page"][0]),
        site=_first(fields, "site"),
        after=_cursor(_first(fields, "after")),
        limit=_limit(_first(fields, "limit")),
        reply=_matching(_first(fields, "reply"), _ID),
    )


def read_counts_query(query: bytes) -> CountsQuery:
    """Read ?page=&page=&site=. Raises ProblemError."""
    fields = _fields(query)
    pages = fields.get("page", [])
    if not 0 < len(pages) <= MOST_PAGES:
        raise ProblemError(
            "invalid", f"there are {len(pages)} pages asked for, it must be 1 to {MOST_PAGES}"
        )
    return CountsQuery(tuple(check_page(page) for page in pages), _first(fields, "site"))


def check_page(page: str) -> str:
    """The path. Raises ProblemError where no page can have it."""
    if not _PAGE.fullmatch(page):
        raise ProblemError(
            "invalid",
            "page must be a path: it starts with /, holds no spaces, 500 characters at most",
        )
    return page


def _fields(query: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(
            query.decode("latin-1"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise ProblemError("invalid", f"the query has more than {_MOST_FIELDS} fields") from error


def _first(fields: dict[str, list[str]], name: str) -> str | None:
    return fields[name][0] if name in fields else None


def _matching(text: str | None, pattern: re.Pattern[str]) -> str | None:
    return text if text is not None and pattern.fullmatch(text) else None


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise ProblemError("invalid", "after must be the `next` of the answer before")
    return Cursor(int(found[1]), int(found[2]))


def _limit(text: str | None) -> int:
    if text is None:
        return MOST_COMMENTS
    if not _NUMBER.fullmatch(text) or not 0 < int(text) <= MOST_COMMENTS:
        raise ProblemError("invalid", f"limit must be a number from 1 to {MOST_COMMENTS}")
    return int(text)
