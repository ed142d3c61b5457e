"""Answers that are one: pages of a list, and profiles. Pure.

Nothing is ever read as an empty list unless X says that it is empty: everybody would have left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

from pipeline.domain.graph.failures import ListGoneError, NetworkDownError
from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import Page, Person, Profiles
from pipeline.ingest.graph.x.answer import Answer, date_of, json_of, limits_of
from pipeline.ingest.graph.x.classify import Failure, failure_of
from pipeline.ingest.graph.x.people import person
from pipeline.ingest.graph.x.problems import problems_in

_OK = 200
_LONGEST_TOKEN = 2000


def page_of(answer: Answer, *, now: datetime) -> Page:
    """A page of a list. Raises the failures of `pipeline.domain.graph.failures`."""
    body = _body_of(answer, now=now)
    data, meta = body.get("data"), body.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    if not data:
        if problems_in(body):
            raise failure_of(answer, now=now)
        if meta.get("result_count") != 0:
            _unreadable("neither accounts nor the word that there are none")
    return Page(
        people=_people(data or []),
        cursor=_cursor(meta.get("next_token")),
        limits=limits_of(answer.headers, now=now),
        answered_at=date_of(answer.headers),
    )


def profiles_of(answer: Answer, asked: Sequence[str], *, now: datetime) -> Profiles:
    """Accounts that were asked for by id or by handle; nothing asked for: whoever is shown, not nobody.

    Raises as `page_of` does.
    """
    if answer.status != _OK:
        failure = failure_of(answer, now=now)
        if isinstance(failure, ListGoneError) and len(asked) == 1:
            return _profiles(answer, [], {asked[0]: failure.state}, now=now)
        raise _nobody(failure)
    body = _body_of(answer, now=now)
    data = body.get("data")
    found = _people([data] if isinstance(data, dict) else data or [])
    missing = _missing(body, asked, found)
    if not found and all(state is AccountState.UNKNOWN for state in missing.values()):
        # It says nothing of anybody who was asked for: then it is no answer.
        raise _nobody(failure_of(answer, now=now))
    return _profiles(answer, found, missing, now=now)


def _body_of(answer: Answer, *, now: datetime) -> dict[str, Any]:
    if answer.status != _OK:
        raise failure_of(answer, now=now)
    body = json_of(answer)
    if not isinstance(body, dict):
        _unreadable("something that is no JSON object")
    return body


def _people(data: Any) -> list[Person]:
    if not isinstance(data, list):
        _unreadable("no list of accounts")
    return [person(raw) for raw in data]


def _cursor(token: Any) -> str | None:
    if token is None or token == "":
        return None
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
        _unreadable("a token of the next page that is none")
    return token


def _missing(
    body: dict[str, Any], asked: Sequence[str], found: Sequence[Person]
) -> dict[str, AccountState]:
    """Why those who were not found were not; ids and handles are compared without case."""
    states: dict[str, AccountState] = {}
    for problem in problems_in(body):
        if problem.state is not None:
            states |= dict.fromkeys((each.lower() for each in problem.about), problem.state)
    there = {each.native_id for each in found} | {(each.handle or "").lower() for each in found}
    gone = [each for each in asked if each.lower() not in there]
    return {each: states.get(each.lower(), AccountState.UNKNOWN) for each in gone}


def _profiles(
    answer: Answer, found: Sequence[Person], missing: dict[str, AccountState], *, now: datetime
) -> Profiles:
    limits = limits_of(answer.headers, now=now)
    return Profiles(found, missing, limits, date_of(answer.headers))


def _nobody(failure: Failure) -> Failure:
    if isinstance(
        failure, ListGoneError
    ):  # there is no list here, nor is it about who was asked for
        return NetworkDownError("X answered about other accounts than those asked for")
    return failure


def _unreadable(what: str) -> NoReturn:
    raise NetworkDownError(f"X answered with {what}")
