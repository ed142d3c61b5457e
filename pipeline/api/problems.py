"""From whatever was raised to problem details."""

from starlette.exceptions import HTTPException

from pipeline.api.exchange import Answer, Header
from pipeline.api.look import POLICY, STYLE
from pipeline.api.pages import fill
from pipeline.errors import UnavailableError
from pipeline.problems import MEDIA_TYPE, PROBLEMS, ProblemError
from pipeline.store.database import is_unavailable

RETRY_AFTER_S = 2
_NAMES = {status: name for name, (status, _) in PROBLEMS.items()}


def problem_of(error: Exception) -> ProblemError:
    """What the caller is told about an error: never what it said, unless it was meant for them."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, HTTPException):
        name = _NAMES.get(error.status_code, "unreadable")
        return ProblemError(name, str(error.detail))
    if isinstance(error, UnavailableError):
        return ProblemError("unavailable", str(error), retry_after=error.retry_after)
    if is_unavailable(error):
        return ProblemError(
            "unavailable", "the database does not answer now; try again", retry_after=RETRY_AFTER_S
        )
    return ProblemError("internal", "the log has this request's X-Request-Id and what went wrong")


def problem_answer(problem: ProblemError, *headers: Header) -> Answer:
    """A problem as an answer that nobody stores."""
    every = ((b"content-type", MEDIA_TYPE), *headers)
    return _unstored(problem, problem.body(), every)


def problem_page(problem: ProblemError, *headers: Header) -> Answer:
    """The same for a person who followed a link: a page that says what is wrong."""
    page = fill(
        "problem.html",
        style=STYLE,
        title=problem.title,
        detail=problem.detail[:1].upper() + problem.detail[1:],
    )
    every = (
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", POLICY.encode()),
        (b"vary", b"Accept"),
        *headers,
    )
    return _unstored(problem, page.encode(), every)


def _unstored(problem: ProblemError, body: bytes, headers: tuple[Header, ...]) -> Answer:
    headers += ((b"cache-control", b"no-store"),)
    if problem.retry_after is not None:
        headers += ((b"retry-after", b"%d" % problem.retry_after),)
    return Answer(problem.status, body, headers)
