"""The outermost layer: what every answer gets, whoever gave it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from pipeline.api.exchange import Answer, Call, Door, Header, Receive, Send, send_answer
from pipeline.api.negotiation import wants_html
from pipeline.api.problems import problem_answer, problem_of, problem_page
from pipeline.logs import get_logger
from pipeline.problems import ProblemError
from pipeline.request_ids import request_id

log = get_logger(__name__)

API = "/api/"
_GETS = frozenset({"GET", "HEAD"})
_ALLOW = (b"allow", b"GET, HEAD, OPTIONS")
_SAFE: dict[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    # Not no-referrer: with that, browsers send a form's Origin as "null", and the door refuses it.
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
"""For answers that don't say otherwise."""

_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"content-type, if-none-match, x-request-id"),
    (b"access-control-max-age", b"86400"),
    _ALLOW,
)

Application = Callable[[Any, Receive, Send], Awaitable[None]]


class _Visit(NamedTuple):
    path: str
    method: str
    headers: Mapping[bytes, bytes]
    id: bytes


class Edge:
    """Sends hot addresses to their doors and the rest to an application behind.

    `origins` may read answers under /api/ from a browser. Credentials are never allowed: what is
    here is the same for everybody.
    """

    def __init__(
        self, doors: Mapping[str, Door], rest: Application, origins: frozenset[bytes]
    ) -> None:
        self._doors = doors
        self._rest = rest
        self._origins = origins

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._rest(scope, receive, send)
        headers: dict[bytes, bytes] = dict(scope["headers"])
        visit = _Visit(scope["path"], scope["method"], headers, request_id(headers))
        door = self._doors.get(visit.path)
        if visit.method == "OPTIONS" and visit.path.startswith(API):
            answer = Answer(204, b"", _PREFLIGHT)
        elif door is None:
            return await self._behind(visit, scope, receive, send)
        else:
            answer = await self._at(door, visit, scope["query_string"])
        extra = self._extra(visit, {name for name, _ in answer.headers})
        return await send_answer(send, answer, extra, body_wanted=visit.method != "HEAD")

    async def _at(self, door: Door, visit: _Visit, query: bytes) -> Answer:
        try:
            if visit.method not in _GETS:
                problem = ProblemError("method-not-allowed", "this address only takes GET")
                return problem_answer(problem, _ALLOW)
            return await door(Call(query, visit.headers))
        except Exception as error:  # noqa: BLE001 - the caller gets an answer, the log the reason
            problem = _noted(error, visit)
            is_page = not visit.path.startswith(API) and wants_html(visit.headers)
            return problem_page(problem) if is_page else problem_answer(problem)

    async def _behind(self, visit: _Visit, scope: Any, receive: Receive, send: Send) -> None:
        """HEAD is asked as GET, and answered without its body."""
        ended = False

        async def complete(message: Any) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                message = {**message, "headers": [*message["headers"], *self._extra(visit, own)]}
            else:
                ended = not message.get("more_body", False)
                message = {**message, "body": b""} if visit.method == "HEAD" else message
            await send(message)

        asked = {**scope, "method": "GET"} if visit.method == "HEAD" else scope
        try:
            await self._rest(asked, receive, complete)
        except Exception as error:
            # The framework answers, then raises; an answer cut short must break the connection.
            _noted(error, visit)
            if not ended:
                raise

    def _extra(self, visit: _Visit, own: set[bytes]) -> list[Header]:
        headers = [(b"x-request-id", visit.id)]
        headers += [(name, value) for name, value in _SAFE.items() if name not in own]
        if visit.path.startswith(API):
            origin = visit.headers.get(b"origin")
            if origin in self._origins:
                headers.append((b"access-control-allow-origin", origin or b""))
                headers.append((b"access-control-expose-headers", b"etag, x-request-id"))
            if b"vary" not in own:
                headers.append((b"vary", b"Origin"))
        return headers


def _noted(error: Exception, visit: _Visit) -> ProblemError:
    problem = problem_of(error)
    if problem.name in ("internal", "unavailable"):
        log.error("request_failed", path=visit.path, request_id=visit.id.decode(), exc_info=error)
    return problem
