"""What a graph's address asks for. Whatever it holds, the result is a value or problem 422."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qs

from pipeline.api.graph.cursors import read_number
from pipeline.domain.graph.changes import ChangeKind
from pipeline.domain.graph.kinds import Direction
from pipeline.ingest.graph.questions.changes import ChangesAsked
from pipeline.ingest.graph.questions.comparing import Comparison, Part, Question
from pipeline.ingest.graph.questions.growth import GrowthAsked
from pipeline.ingest.graph.questions.suggesting import SuggestionsAsked
from pipeline.problems import ProblemError

LARGEST_SIZE = 1000
MOST_ACCOUNTS = 20
MOST_DAYS = 3660
DEFAULT_SIZE = 50
DEFAULT_LEAST = 3
DEFAULT_SPAN = timedelta(days=30)
_MOST_FIELDS = 100
_LONGEST = 300
_FLAGS: Mapping[str, bool] = {"": True, "1": True, "0": False}
_NUMBER = re.compile(r"[0-9]{1,4}")
Kind = TypeVar("Kind", bound=StrEnum)


class Parameters:
    """An address's query. Every method raises ProblemError for what it can't be."""

    def __init__(self, query: bytes) -> None:
        try:
            self._fields = parse_qs(
                query.decode("latin-1"),
                keep_blank_values=True,
                errors="replace",
                max_num_fields=_MOST_FIELDS,
            )
        except ValueError as error:
            raise ProblemError(
                "invalid", f"the query has more than {_MOST_FIELDS} fields"
            ) from error

    def text(self, name: str) -> str | None:
        """A field's first value; None where it is missing or blank."""
        values = self.several(name)
        return values[0] if values else None

    def flag(self, name: str) -> bool:
        """Whether a field is given, without a value or as 1."""
        values = self._fields.get(name, ["0"])
        if values[0] not in _FLAGS:
            raise ProblemError("invalid", f"{name} must be 1, or left out")
        return _FLAGS[values[0]]

    def several(self, name: str) -> tuple[str, ...]:
        """Every value of a field that is not blank."""
        values = [each for each in self._fields.get(name, []) if each]
        if len(values) > MOST_ACCOUNTS or any(len(each) > _LONGEST for each in values):
            raise ProblemError(
                "invalid", f"{name} may be given {MOST_ACCOUNTS} times, {_LONGEST} characters each"
            )
        # PostgreSQL has no place for NUL in a text, so no account has it in its name.
        return tuple(each.replace("\x00", "\ufffd") for each in values)

    def number(self, name: str, default: int, most: int) -> int:
        """A number from 1 to `most`."""
        text = self.text(name)
        if text is None:
            return default
        if not _NUMBER.fullmatch(text) or not 0 < int(text) <= most:
            raise ProblemError("invalid", f"{name} must be a number from 1 to {most}")
        return int(text)

    def one_of(self, name: str, kinds: type[Kind]) -> Kind | None:
        """A word of a list of words."""
        text = self.text(name)
        return None if text is None else _word(name, text, kinds)

    def words(self, name: str, kinds: type[Kind]) -> tuple[Kind, ...]:
        """Several words of a list of words."""
        return tuple(_word(name, text, kinds) for text in self.several(name))

    def moment(self, name: str) -> datetime | None:
        """A time with its zone, or a day, which begins at midnight UTC."""
        text = self.text(name)
        if text is None:
            return None
        try:
            found = datetime.fromisoformat(text.replace(" ", "+"))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ProblemError(
                "invalid", f"{name} must be a time such as 2026-11-30T18:00:00Z, or a day"
            ) from error

    def network(self) -> str:
        """The network whose accounts are meant."""
        return self.text("network") or "x"

    def account(self) -> str:
        """The one account that is meant."""
        account = self.text("account")
        if account is None:
            raise ProblemError("invalid", "account is missing: name it by handle or id")
        return account

    def part(self) -> Part:
        """Where a long answer goes on, and how much of it is wanted."""
        size = self.number("size", DEFAULT_SIZE, LARGEST_SIZE)
        return Part(read_number(self.text("after")), size)

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """From `since`, or 30 days before, to `until`, or now."""
        until = self.moment("until") or now
        try:
            since = self.moment("since") or until - DEFAULT_SPAN
        except OverflowError as error:
            raise ProblemError("invalid", "until is before all days") from error
        if since > until:
            raise ProblemError("invalid", "since must not be after until")
        return since, until


def read_comparison(fields: Parameters) -> Comparison:
    """Read ?account=…&account=…, one of &common, &only=, &mutual, &at_least=, &direction=&at=."""
    accounts = fields.several("account")
    only = fields.text("only")
    least = fields.text("at_least")
    asked = [
        question
        for question, is_asked in (
            (Question.ONLY, only is not None),
            (Question.AT_LEAST, least is not None),
            (Question.MUTUAL, fields.flag("mutual")),
        )
        if is_asked
    ]
    if len(asked) > 1:
        raise ProblemError("invalid", "ask one of only, mutual and at_least, not several")
    if not accounts:
        raise ProblemError("invalid", "account is missing: name each by handle or id")
    return Comparison(
        network=fields.network(),
        accounts=accounts,
        question=asked[0] if asked else Question.COMMON,
        only=only,
        least=fields.number("at_least", 1, MOST_ACCOUNTS),
        direction=fields.one_of("direction", Direction) or Direction.FOLLOWING,
        at=fields.moment("at"),
    )


def read_changes(fields: Parameters, now: datetime) -> ChangesAsked:
    """Read ?account=&direction=&since=&until=&kind=…"""
    since, until = fields.span(now)
    return ChangesAsked(
        network=fields.network(),
        account=fields.account(),
        direction=fields.one_of("direction", Direction) or Direction.FOLLOWERS,
        since=since,
        until=until,
        kinds=fields.words("kind", ChangeKind),
    )


def read_growth(fields: Parameters, now: datetime) -> GrowthAsked:
    """Read ?account=&direction=&since=&until=."""
    since, until = fields.span(now)
    if until - since > timedelta(days=MOST_DAYS):
        raise ProblemError("invalid", f"a series has {MOST_DAYS} days at most")
    return GrowthAsked(
        network=fields.network(),
        account=fields.account(),
        direction=fields.one_of("direction", Direction) or Direction.FOLLOWERS,
        since=since.replace(hour=0, minute=0, second=0, microsecond=0),
        until=until,
    )


def read_suggestions(fields: Parameters) -> SuggestionsAsked:
    """Read ?account=&at_least=."""
    least = fields.number("at_least", DEFAULT_LEAST, LARGEST_SIZE)
    return SuggestionsAsked(fields.network(), fields.account(), least)


def _word(name: str, text: str, kinds: type[Kind]) -> Kind:
    try:
        return kinds(text)
    except ValueError as error:
        words = ", ".join(kinds)
        raise ProblemError("invalid", f"{name} must be one of {words}") from error
