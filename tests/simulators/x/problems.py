"""The ways X says no, word for word as recorded (facts 1.4): some live under api.twitter.com still.

The first three come inside of a 200, where its OpenAPI file knows the types under api.x.com only.
"""

from typing import Any

from tests.simulators.x.kinds import State
from tests.simulators.x.wire import HTML, PROBLEM, Answer

OLD_TYPES = "https://api.twitter.com/2/problems/"
TYPES = "https://api.x.com/2/problems/"
_BLANK = "about:blank"


def unseen(state: State | None, value: str, parameter: str, types: str = TYPES) -> dict[str, Any]:
    """Why an account is not in an answer; `state` None: nobody has the id or handle."""
    kind, title, detail = {
        State.PROTECTED: (
            "not-authorized-for-resource",
            "Authorization Error",
            f"Sorry, you are not authorized to see the user with {parameter}: [{value}].",
        ),
        State.SUSPENDED: (
            "resource-not-found",
            "Forbidden",
            f"User has been suspended: [{value}].",
        ),
    }.get(
        state or State.DELETED,
        (
            "resource-not-found",
            "Not Found Error",
            f"Could not find user with {parameter}: [{value}].",
        ),
    )
    return {
        "value": value,
        "detail": detail,
        "title": title,
        "resource_type": "user",
        "parameter": parameter,
        "resource_id": value,
        "type": types + kind,
    }


def invalid(parameter: str, value: str, message: str) -> Answer:
    """400 for a parameter."""
    detail = "One or more parameters to your request was invalid."
    problem = {
        "errors": [{"parameters": {parameter: [value]}, "message": message}],
        "title": "Invalid Request",
        "detail": detail,
        "type": TYPES + "invalid-request",
    }
    return Answer(400, problem, media=PROBLEM)


def bad_token(value: str) -> Answer:
    """400 for a pagination token of another list, of yesterday, or made up."""
    message = f"The `pagination_token` query parameter value [{value}] is not a valid token"
    return invalid("pagination_token", value, message)


def blank(status: int, title: str, detail: str | None = None) -> Answer:
    """An answer that says no more than its status."""
    body = {"title": title, "type": _BLANK, "status": status, "detail": detail or title}
    return Answer(status, body, media=PROBLEM)


def unauthorized() -> Answer:
    """401."""
    return blank(401, "Unauthorized")


def no_credits(account: str) -> Answer:
    """402."""
    detail = f"Your enrolled account [{account}] does not have any credits to fulfill this request."
    body = {"title": "CreditsDepleted", "detail": detail, "type": OLD_TYPES + "credits"}
    return Answer(402, body, media=PROBLEM)


def not_enrolled(client_id: str) -> Answer:
    """403: a matter of the app's settings, though the text speaks of a Project."""
    body = {
        "client_id": client_id,
        "detail": (
            "When authenticating requests to the Twitter API v2 endpoints, you must use keys and "
            "tokens from a Twitter developer App that is attached to a Project. You can create a "
            "project via the developer portal."
        ),
        "registration_url": "https://developer.twitter.com/en/docs/projects/overview",
        "title": "Client Forbidden",
        "required_enrollment": "Appropriate Level of API Access",
        "reason": "client-not-enrolled",
        "type": OLD_TYPES + "client-forbidden",
    }
    return Answer(403, body, media=PROBLEM)


def subset() -> Answer:
    """403: this app sees some endpoints only."""
    message = (
        "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints "
        "(e.g. media post, oauth) only. If you need access to this endpoint, you may need a "
        "different access level."
    )
    return Answer(403, {"errors": [{"code": 453, "message": message}]})


def forbidden(detail: str) -> Answer:
    """403 for a token that may not do this."""
    return blank(403, "Forbidden", detail)


def app_only(path: str) -> Answer:
    """403: only a user's token opens this."""
    detail = (
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  "
        "Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context]."
    )
    body = {
        "title": "Unsupported Authentication",
        "detail": detail,
        "type": OLD_TYPES + "unsupported-authentication",
        "status": 403,
        "instance": path,
    }
    return Answer(403, body, media=PROBLEM)


def too_many(*, codes: bool = False) -> Answer:
    """429, in the form of today or of old."""
    if codes:
        return Answer(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})
    return blank(429, "Too Many Requests")


def usage_capped(account: str) -> Answer:
    """429 until the next cycle."""
    body = {
        "account_id": account,
        "title": "UsageCapExceeded",
        "detail": "Usage cap exceeded: Monthly product cap",
        "period": "Monthly",
        "scope": "Product",
        "type": OLD_TYPES + "usage-capped",
    }
    return Answer(429, body, media=PROBLEM)


def page_of_the_edge(status: int) -> Answer:
    """An HTML error page."""
    text = f"<html><head><title>{status}</title></head><body><h1>Over capacity</h1></body></html>"
    return Answer(status, text.encode(), media=HTML)
