"""Bluesky's public AppView, as far as follow graphs go.

Answers, errors and paging follow atproto's packages/bsky (getFollowers, getFollows, getProfile,
getProfiles) and packages/xrpc-server (rate limits' headers).
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pipeline.domain.graph.kinds import Direction
from tests.simulators.social import Member, Social, as_json

_TAKEN_DOWN = ("AccountTakedown", "Account has been suspended")
_SWITCHED_OFF = ("AccountDeactivated", "Account is deactivated")
_LISTS = {
    "app.bsky.graph.getFollowers": (Direction.FOLLOWERS, "followers"),
    "app.bsky.graph.getFollows": (Direction.FOLLOWING, "follows"),
}


class _InvalidRequest(Exception):  # noqa: N818 - the name the network gives it
    def __init__(self, message: str, error: str = "InvalidRequest") -> None:
        super().__init__(message)
        self.body = {"error": error, "message": message}


class Bluesky(Social):
    """An ASGI app; members' ids are DIDs."""

    def __init__(self) -> None:
        super().__init__(id_of=lambda n: f"did:plc:{n:024d}", quota=3000, seconds=300)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._respond(Request(scope))(scope, receive, send)

    def _respond(self, request: Request) -> Response:
        if fault := self.take(request):
            return self.answer(*fault)
        if not self.spend():
            body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
            return self._answer(429, body)
        method = request.url.path.removeprefix("/xrpc/")
        try:
            return self._answer(200, self._result(method, request))
        except _InvalidRequest as error:
            return self._answer(400, error.body)

    def _answer(self, status: int, body: Any) -> Response:
        limits = {
            "RateLimit-Limit": str(self.quota),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(int(self.told_reset.timestamp())),
            "RateLimit-Policy": f"{self.quota};w=300",
            "Content-Type": "application/json; charset=utf-8",
        }
        return self.answer(status, as_json(body), limits)

    def _result(self, method: str, request: Request) -> Any:
        query = request.query_params
        if method in _LISTS:
            return self._list(*_LISTS[method], request)
        if method == "app.bsky.actor.getProfile":
            return self._profile(query.get("actor", ""))
        if method == "app.bsky.actor.getProfiles":
            actors = query.getlist("actors")
            if not 1 <= len(actors) <= 25:
                raise _InvalidRequest("Error: actors must not have more than 25 elements")
            found = [self._actor(each) for each in actors]
            return {
                "profiles": [self._detailed(each) for each in found if each and _is_active(each)]
            }
        raise _InvalidRequest("Method Not Implemented", "MethodNotImplemented")

    def _list(self, direction: Direction, key: str, request: Request) -> Any:
        query = request.query_params
        actor, limit = query.get("actor", ""), int(query.get("limit", "50"))
        if not 1 <= limit <= 100:
            raise _InvalidRequest("Error: limit can not be greater than 100")
        member = self._actor(actor)
        if member is None or not _is_active(member):
            raise _InvalidRequest(f"Actor not found: {actor}")
        before = query.get("cursor")
        if before is not None and not before.isdigit():
            raise _InvalidRequest("Malformed cursor")
        page = self.cut(member, direction, int(before) if before else None, limit)
        body = {"subject": _view(member), key: [_view(each) for each in page.members]}
        return body | ({"cursor": str(page.last)} if page.is_full else {})

    def _profile(self, actor: str) -> Any:
        member = self._actor(actor)
        if member is None or member.state == "deleted":
            raise _InvalidRequest("Profile not found")
        if member.state == "suspended":
            raise _InvalidRequest(_TAKEN_DOWN[1], _TAKEN_DOWN[0])
        if member.state == "deactivated":
            raise _InvalidRequest(_SWITCHED_OFF[1], _SWITCHED_OFF[0])
        return self._detailed(member)

    def _actor(self, actor: str) -> Member | None:
        return self.members.get(actor) or self.known(actor)

    def _detailed(self, member: Member) -> Any:
        return _view(member) | {
            "followersCount": len(member.lists[Direction.FOLLOWERS]),
            "followsCount": len(member.lists[Direction.FOLLOWING]),
            "postsCount": 0,
        }


def _is_active(member: Member) -> bool:
    return member.state == "active"


def _view(member: Member) -> dict[str, Any]:
    return {
        "did": member.id,
        "handle": member.handle,
        "displayName": member.name or "",
        "createdAt": member.created_at.isoformat().replace("+00:00", "Z"),
        "labels": [],
    }
