"""X's problems: what it says in `errors`, or in place of an answer.

Its types are matched by their last part, as they are under api.x.com in the documents and under
api.twitter.com in answers. Sources: response-codes-and-errors of docs.x.com (August 2026), and
answers that people have put into public issues.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pipeline.domain.graph.kinds import AccountState

_LONGEST = 200
_BRACKETED = re.compile(r"\[([^\[\]]{1,64})\]")
_GONE_CODES = frozenset({17, 50})
"""Of the older API: no user matches, user not found."""
_SUSPENDED_CODES = frozenset({63})


class Problem(NamedTuple):
    """One of them; whatever is missing is empty."""

    kind: str
    """The last part of its type, such as `resource-not-found`."""
    title: str
    detail: str
    code: int | None
    about: frozenset[str]
    """Ids and names that it may be about."""
    parameters: frozenset[str]
    """Of the question, that it finds wrong."""
    resource: str
    """The kind of thing it is about, such as `user`."""

    def says(self, *words: str) -> bool:
        """Whether title or detail holds one of these, whatever the case."""
        text = f"{self.title} {self.detail}".lower()
        return any(word in text for word in words)

    def is_of(self, parameter: str) -> bool:
        """Whether it finds fault with a parameter of the question."""
        return parameter in self.parameters or self.says(parameter)

    @property
    def state(self) -> AccountState | None:
        """What became of the account it is about; None where it is about something else.

        The detail counts for more than the type: X calls suspended accounts "resource-not-found".
        """
        if self.resource not in {"", "user"}:
            return None
        if self.says("user has been suspended") or self.code in _SUSPENDED_CODES:
            return AccountState.SUSPENDED
        if self.kind == "not-authorized-for-resource":
            return AccountState.PROTECTED
        if self.kind == "resource-not-found" or self.code in _GONE_CODES:
            return AccountState.DELETED
        return AccountState.DELETED if self.says("could not find user") else None

    @property
    def sentence(self) -> str:
        """What X says, short and printable."""
        parts = [part for part in (self.title, self.detail) if part]
        text = ": ".join(dict.fromkeys(parts)) or self.kind or "no reason given"
        text = "".join(c if c.isprintable() else " " for c in text)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def problems_in(body: Any) -> list[Problem]:
    """Every problem of a body, the most precise first: those listed, then the body's own."""
    return [_problem(each) for each in _each(body)]


def _each(body: Any) -> Iterator[dict[str, Any]]:
    whole = body if isinstance(body, dict) else {}
    listed = whole.get("errors") if whole else body
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            yield each
    if any(name in whole for name in ("title", "type", "detail", "error")):
        yield whole


def _problem(raw: dict[str, Any]) -> Problem:
    code = raw.get("code")
    parameters = raw.get("parameters")
    named = [*parameters] if isinstance(parameters, dict) else []
    detail = _text(raw.get("detail")) or _text(raw.get("message")) or _text(raw.get("error"))
    named_by = [_text(raw.get("resource_id")), _text(raw.get("value"))]
    return Problem(
        kind=_text(raw.get("type")).rstrip("/").rpartition("/")[2],
        title=_text(raw.get("title")),
        detail=detail,
        code=code if isinstance(code, int) else None,
        about=frozenset(filter(None, [*named_by, *_BRACKETED.findall(detail)])),
        parameters=frozenset([*named, _text(raw.get("parameter"))]),
        resource=_text(raw.get("resource_type")).lower(),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def first_sentence(problems: Sequence[Problem]) -> str:
    """What X says, where it says anything."""
    return problems[0].sentence if problems else "no reason given"
