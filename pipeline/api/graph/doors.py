"""`GET /api/graph/…`: accounts, compare, changes, series, suggestions."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from pipeline.api.exchange import Answer, Call, Door
from pipeline.api.graph import parameters, shaping
from pipeline.api.graph.cursors import read_changes_cursor
from pipeline.api.graph.guard import Guard
from pipeline.api.graph.parameters import Parameters
from pipeline.api.negotiation import matches
from pipeline.api.threads import Run
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.questions.service import Questions
from pipeline.problems import ProblemError

PREFIX = "/api/graph/"

Ask = Callable[[Parameters], msgspec.Struct]
"""Answers a query. Raises ProblemError and NotFoundError."""


class GraphDoor:
    """What stands behind an address: a question, asked in a thread.

    The ETag is of the whole answer, which has the revisions of the lists it stands on: names may
    change where lists do not, and a name that had to be erased must not be kept for a revision.
    """

    def __init__(self, ask: Ask, run: Run) -> None:
        self._ask = ask
        self._run = run

    async def __call__(self, call: Call) -> Answer:
        body: bytes = await self._run(self._answer, Parameters(call.query))
        etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()
        headers = (
            (b"etag", etag),
            (b"vary", b"Authorization, Origin"),
            (b"cache-control", b"private, no-cache"),
            (b"content-type", b"application/json"),
        )
        if matches(call.headers, etag):
            return Answer(304, b"", headers)
        return Answer(200, body, headers)

    def _answer(self, fields: Parameters) -> bytes:
        try:
            return msgspec.json.encode(self._ask(fields))
        except NotFoundError as error:
            raise ProblemError("not-found", str(error)) from error


def graph_doors(
    questions: Questions, guard: Guard, clock: Callable[[], datetime], run: Run
) -> Mapping[str, Door]:
    """Every address's door, guarded."""
    asks = Asks(questions, clock)
    behind: Mapping[str, Ask] = {
        "accounts": asks.accounts,
        "compare": asks.compare,
        "changes": asks.changes,
        "series": asks.series,
        "suggestions": asks.suggestions,
    }
    return {f"{PREFIX}{name}": guard.door(GraphDoor(ask, run)) for name, ask in behind.items()}


class Asks:
    """From a query to its answer's shape."""

    def __init__(self, questions: Questions, clock: Callable[[], datetime]) -> None:
        self._questions = questions
        self._clock = clock

    def accounts(self, fields: Parameters) -> msgspec.Struct:
        """Accounts of which lists are kept."""
        part = fields.part()
        found = self._questions.kept(fields.text("network"), after=part.after, size=part.size)
        return shaping.accounts_shape(found)

    def compare(self, fields: Parameters) -> msgspec.Struct:
        """Lists compared."""
        asked = parameters.read_comparison(fields)
        return shaping.compared_shape(self._questions.compare(asked, fields.part()))

    def changes(self, fields: Parameters) -> msgspec.Struct:
        """What happened to a list."""
        after = read_changes_cursor(fields.text("after"))
        size = fields.number("size", parameters.DEFAULT_SIZE, parameters.LARGEST_SIZE)
        asked = parameters.read_changes(fields, self._clock())
        return shaping.changes_shape(self._questions.changes(asked, after=after, size=size))

    def series(self, fields: Parameters) -> msgspec.Struct:
        """A list day by day."""
        asked = parameters.read_growth(fields, self._clock())
        return shaping.series_shape(self._questions.growth(asked))

    def suggestions(self, fields: Parameters) -> msgspec.Struct:
        """Whom an account could follow too."""
        part = fields.part()
        asked = parameters.read_suggestions(fields)
        found = self._questions.suggest(asked, skip=part.after, size=part.size)
        return shaping.suggestions_shape(found)
