"""A Mastodon instance, as far as follow graphs go and nobody is logged in.

Answers, paging and hidden lists follow Mastodon's controllers (api/v1/accounts, follower_accounts,
rate_limit_headers): whoever hides a list has an empty one, and only the Link header leads on.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pipeline.domain.graph.kinds import Direction
from tests.simulators.social import Member, Social, as_json


class _Refused(Exception):  # noqa: N818 - an answer, not a failure
    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error}


class Mastodon(Social):
    """An ASGI app. `has_bulk`: from version 4.3 on. `is_closed`: it answers members only."""

    def __init__(self, *, has_bulk: bool = True, is_closed: bool = False) -> None:
        super().__init__(id_of=lambda n: str(109_000_000_000_000_000 + n), quota=300, seconds=300)
        self.has_bulk = has_bulk
        self.is_closed = is_closed

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._respond(Request(scope))(scope, receive, send)

    def _respond(self, request: Request) -> Response:
        if fault := self.take(request):
            return self.answer(*fault)
        if not self.spend():
            return self._answer(429, {"error": "Too many requests"}, {})
        try:
            body, headers = self._result(request)
        except _Refused as error:
            return self._answer(error.status, error.body, {})
        return self._answer(200, body, headers)

    def _answer(self, status: int, body: Any, headers: dict[str, str]) -> Response:
        limits = {
            "X-RateLimit-Limit": str(self.quota),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": self.told_reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "Content-Type": "application/json; charset=utf-8",
        }
        return self.answer(status, as_json(body), limits | headers)

    def _result(self, request: Request) -> tuple[Any, dict[str, str]]:
        if self.is_closed:
            raise _Refused(401, "This method requires an authenticated user")
        query = request.query_params
        match request.url.path.removeprefix("/api/v1/").split("/"):
            case ["accounts"] if self.has_bulk:
                asked = (self.members.get(id_) for id_ in query.getlist("id[]"))
                return [_entity(each) for each in asked if each and each.state != "deleted"], {}
            case ["accounts", "lookup"]:
                return _entity(_there(self.known(query.get("acct", "")))), {}
            case ["accounts", id_]:
                return _entity(_there(self.members.get(id_))), {}
            case ["accounts", id_, "followers" | "following" as which]:
                member = _there(self.members.get(id_))
                return self._list(member, Direction(which), request)
        raise _Refused(404, "Record not found")

    def _list(
        self, member: Member, direction: Direction, request: Request
    ) -> tuple[Any, dict[str, str]]:
        query = request.query_params
        limit = min(abs(int(query.get("limit", "40"))), 80)
        if member.hidden or member.state == "suspended":
            return [], {}
        given = query.get("max_id")
        page = self.cut(member, direction, int(given) if given else None, limit)
        links = {}
        if page.is_full:
            url = f"https://social.example{request.url.path}?limit={limit}&max_id={page.last}"
            back = f"https://social.example{request.url.path}?limit={limit}&since_id=1"
            links["Link"] = f'<{url}>; rel="next", <{back}>; rel="prev"'
        return [_entity(each) for each in page.members], links


def _there(member: Member | None) -> Member:
    if member is None or member.state == "deleted":
        raise _Refused(404, "Record not found")
    return member


def _entity(member: Member) -> dict[str, Any]:
    is_suspended = member.state == "suspended"
    return {
        "id": member.id,
        "username": member.handle,
        "acct": member.handle,
        "display_name": "" if is_suspended else member.name or "",
        "locked": False,
        "created_at": member.created_at.strftime("%Y-%m-%dT00:00:00.000Z"),
        "followers_count": len(member.lists[Direction.FOLLOWERS]),
        "following_count": len(member.lists[Direction.FOLLOWING]),
    } | ({"suspended": True} if is_suspended else {})
