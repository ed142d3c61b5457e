"""What an answer of X means: a page, profiles, or one of `pipeline.domain.graph.failures`. Pure.

Statuses alone do not tell: suspended accounts come as 200, spent credits as 402, caps as 429 or 403.
So the problem's type comes first, then title and detail, then the status.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from pipeline.domain.graph.failures import (
    CredentialDeadError,
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NoCreditsError,
    NotAllowedError,
    RateLimitedError,
    UsageCappedError,
)
from pipeline.domain.graph.port import Limits
from pipeline.errors import Rejected, Transient
from pipeline.ingest.graph.x.answer import Answer, json_of, limits_of
from pipeline.ingest.graph.x.problems import Problem, first_sentence, problems_in

Failure = Transient | Rejected

WINDOW = timedelta(seconds=900)
"""Of X, where it does not say when the window resets."""
_OK = 200
_BAD_REQUEST, _UNAUTHORIZED, _NO_CREDITS, _FORBIDDEN, _NOT_FOUND = 400, 401, 402, 403, 404
_TOO_MANY = 429
_CLIENT_ERRORS = range(400, 500)
_TRY_AGAIN = frozenset({408, 409, 425})
_BROKEN_KINDS = frozenset({"internal-error", "resource-unavailable", "field-hydration-failure"})


def failure_of(answer: Answer, *, now: datetime) -> Failure:
    """Why an answer is none; also of one with status 200 that only holds problems."""
    problems = _problems_of(answer)
    for problem in problems:
        if found := _of_problem(problem, answer, now=now):
            return found
    said = f"X answered {answer.status}: {first_sentence(problems)}"
    return _of_status(answer, said, now=now)


def _problems_of(answer: Answer) -> list[Problem]:
    try:
        return problems_in(json_of(answer))
    except NetworkDownError:  # HTML, or nothing: the status must do
        return []


def _of_problem(problem: Problem, answer: Answer, *, now: datetime) -> Failure | None:
    """What a problem means whatever the status; None where the status decides."""
    said = f"X answered {answer.status}: {problem.sentence}"
    if answer.status == _UNAUTHORIZED:
        return None
    for holds, failure in _KNOWN:
        if holds(problem):
            return failure(said)
    if problem.kind == "rate-limit-exceeded":
        return _rate_limited(said, answer, now=now)
    if answer.status == _BAD_REQUEST and problem.is_of("pagination_token"):
        return CursorExpiredError(said)
    if problem.state is not None and answer.status in {_OK, _FORBIDDEN, _NOT_FOUND}:
        return ListGoneError(said, state=problem.state)
    return None


_KNOWN: Sequence[tuple[Callable[[Problem], bool], Callable[[str], Failure]]] = (
    (lambda p: p.kind == "usage-capped" or p.says("usage cap", "spendcap"), UsageCappedError),
    (lambda p: p.kind == "credits" or p.says("creditsdepleted"), NoCreditsError),
    (lambda p: p.kind == "client-forbidden", lambda said: NotAllowedError(_not_enrolled(said))),
    (lambda p: p.kind in _BROKEN_KINDS, NetworkDownError),
)


def _of_status(answer: Answer, said: str, *, now: datetime) -> Failure:
    if answer.status == _TOO_MANY:
        return _rate_limited(said, answer, now=now)
    if known := _STATUSES.get(answer.status):
        return known(said)
    if answer.status in _CLIENT_ERRORS and answer.status not in _TRY_AGAIN:
        return NotAllowedError(said)
    return NetworkDownError(said)


_STATUSES: Mapping[int, Callable[[str], Failure]] = {
    _UNAUTHORIZED: CredentialDeadError,
    _NO_CREDITS: NoCreditsError,
    _NOT_FOUND: lambda said: NotAllowedError(f"{said} (is AFTERWORD_X_API_URL right?)"),
}


def _rate_limited(said: str, answer: Answer, *, now: datetime) -> RateLimitedError:
    limits = limits_of(answer.headers, now=now)
    hidden = bool(limits.remaining)  # there was room in the window: it is another limit
    reset_at = limits.reset_at or (None if hidden else now + WINDOW)
    return RateLimitedError(
        said, limits=Limits(limits.limit, limits.remaining, reset_at), hidden=hidden
    )


def _not_enrolled(said: str) -> str:
    return (
        f"{said} (in X's developer console, put the app into a package that may read followers;"
        " the text about projects is misleading)"
    )
