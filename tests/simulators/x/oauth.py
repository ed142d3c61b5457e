"""Login: OAuth 2.0 with PKCE. Consent is given at once, by the user that was told, or the owner."""

import base64
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import urlencode

from tests.simulators.x.credentials import SCOPES, App, Caller, Credentials
from tests.simulators.x.faults import EVENT_KINDS, Faults
from tests.simulators.x.gate import broken, spoilt
from tests.simulators.x.wire import Answer, Request

_CODE_SECONDS = 30


@dataclass(frozen=True)
class Code:
    """What a user agreed to."""

    caller: Caller
    redirect_uri: str
    challenge: str
    method: str
    expires: float


class Login:
    """The endpoints `authorize`, `token` and `revoke`."""

    def __init__(self, credentials: Credentials, faults: Faults) -> None:
        self.consenting = ""
        """The user who agrees; "": the app's owner."""
        self._credentials = credentials
        self._faults = faults
        self._codes: dict[str, Code] = {}
        self._given = 0

    def work(self, request: Request, *, now: float) -> tuple[str, Answer] | None:
        """The endpoint and its answer; None for another path."""
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["2" | "i", "oauth2", "authorize"]:
                return "authorize", self.authorize(request, now=now)
            case "POST", ["2", "oauth2", "token"]:
                met = self._faults.draw("token", without=EVENT_KINDS)
                expired = "token_expired" in met
                answer = broken(met) or self.token(request, now=now, expired=expired)
                return "token", spoilt(answer, met)
            case "POST", ["2", "oauth2", "revoke"]:
                return "revoke", self.revoke(request)
        return None

    def authorize(self, request: Request, *, now: float) -> Answer:
        """302 back to the app with a code; 400 for a request X would show an error page for."""
        query = request.query
        app = self._credentials.client(query.get("client_id", ""))
        back = query.get("redirect_uri", "")
        pkce = query.get("code_challenge_method", "plain") in {"S256", "plain"}
        if app is None or not back or not pkce or not query.get("code_challenge"):
            return _refused("invalid_request", "You weren't able to give access to the App.")
        scopes = frozenset(query.get("scope", SCOPES).split())
        self._given += 1
        code = self._credentials.secret("code", self._given)
        self._codes[code] = Code(
            Caller(app, self.consenting or app.owner, scopes),
            back,
            query["code_challenge"],
            query.get("code_challenge_method", "plain"),
            now + _CODE_SECONDS,
        )
        answer = urlencode({"state": query.get("state", ""), "code": code})
        return Answer(302, headers={"location": f"{back}{'&' if '?' in back else '?'}{answer}"})

    def token(self, request: Request, *, now: float, expired: bool = False) -> Answer:
        """Tokens for a code or a refresh token; `expired`: whatever it is, it is refused."""
        form = request.form()
        app = self._client(request, form)
        if app is None:
            return _refused("unauthorized_client", "Missing valid authorization header", 401)
        if form.get("grant_type") == "authorization_code":
            body = self._exchange(app, form, now)
        elif form.get("grant_type") == "refresh_token":
            token = "" if expired else form.get("refresh_token", "")
            body = self._credentials.renew(app, token, now=now)
        else:
            return _refused("unsupported_grant_type", "Unsupported grant type")
        if body is None:
            return _refused("invalid_request", "Value passed for the token was invalid.")
        return Answer(200, body)

    def revoke(self, request: Request) -> Answer:
        """Log out."""
        form = request.form()
        if self._client(request, form) is None:
            return _refused("unauthorized_client", "Missing valid authorization header", 401)
        self._credentials.revoke(form.get("token", ""))
        return Answer(200, {"revoked": True})

    def _client(self, request: Request, form: dict[str, str]) -> App | None:
        user, password = request.basic
        app = self._credentials.client(user or form.get("client_id", ""))
        right = app is not None and compare_digest(app.client_secret, password)
        return app if right else None

    def _exchange(self, app: App, form: dict[str, str], now: float) -> dict[str, object] | None:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.caller.app is not app or now > code.expires:
            return None
        if code.redirect_uri != form.get("redirect_uri"):
            return None
        verifier = form.get("code_verifier", "")
        if code.method == "S256":
            digest = sha256(verifier.encode()).digest()
            verifier = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not compare_digest(verifier.encode(), code.challenge.encode()):
            return None
        return self._credentials.grant(code.caller, now=now)


def _refused(error: str, description: str, status: int = 400) -> Answer:
    return Answer(status, {"error": error, "error_description": description})
