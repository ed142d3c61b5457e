"""X's authorization server in small: PKCE (RFC 7636), refresh tokens that work once, and whose it is."""

import base64
import hashlib
import threading
from collections.abc import Mapping
from itertools import count
from urllib.parse import urlencode

from tests.support.x_server import Asked, Reply

CLIENT = "my-client"
ADA = {"id": "7", "username": "ada", "name": "Ada"}
LIST = {"data": [{"id": "9", "username": "zoe"}], "meta": {"result_count": 1}}


class LoginServer:
    """Answers for an `XServer`. `allowed` False: the person says no."""

    def __init__(self, *, lifetime: int = 7200, secret: str | None = None) -> None:
        self.lifetime = lifetime
        self.secret = secret
        self.allowed = True
        self.codes: dict[str, Mapping[str, str]] = {}
        self.alive: set[str] = set()
        self.refreshable: str | None = None
        self.revoked: list[str] = []
        self.granted = 0
        self._numbers = count(1)
        self._turn = threading.Lock()

    def __call__(self, asked: Asked) -> Reply:
        with self._turn:
            match asked.path:
                case "/2/oauth2/authorize":
                    return self._authorize(asked.query)
                case "/2/oauth2/token":
                    return self._token(asked)
                case "/2/oauth2/revoke":
                    self.revoked.append(asked.form["token"])
                    return Reply(200, {"revoked": True})
            if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.alive:
                return Reply(401, {"title": "Unauthorized", "type": "about:blank", "status": 401})
            return Reply(200, {"data": ADA} if asked.path == "/2/users/me" else LIST)

    def _authorize(self, query: Mapping[str, str]) -> Reply:
        back = {"state": query["state"]}
        if self.allowed:
            code = f"code-{next(self._numbers)}"
            self.codes[code] = query
            back["code"] = code
        else:
            back["error"] = "access_denied"
        return Reply(302, "", {"Location": f"{query['redirect_uri']}?{urlencode(back)}"})

    def _token(self, asked: Asked) -> Reply:
        basic = base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
        if self.secret and asked.headers.get("authorization") != f"Basic {basic}":
            return _no("unauthorized_client", "Missing valid authorization header", 401)
        if asked.form.get("client_id") != CLIENT:
            return _no("invalid_client", "no such app", 401)
        return self._grant_for(asked.form)

    def _grant_for(self, form: Mapping[str, str]) -> Reply:
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] != self.refreshable:
                return _no("invalid_request", "Value passed for the token was invalid.")
            return self._grant()
        begun = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if begun is None or begun["code_challenge"] != challenge:
            return _no("invalid_request", "Value passed for the authorization code was invalid.")
        if form["redirect_uri"] != begun["redirect_uri"]:
            return _no("invalid_request", "Value passed for redirect_uri was invalid.")
        return self._grant()

    def _grant(self) -> Reply:
        n = next(self._numbers)
        self.granted += 1
        self.alive, self.refreshable = {f"access-{n}"}, f"refresh-{n}"
        body = {
            "token_type": "bearer",
            "expires_in": self.lifetime,
            "access_token": f"access-{n}",
            "refresh_token": self.refreshable,
            "scope": "users.read tweet.read follows.read offline.access",
        }
        return Reply(200, body)


def _no(error: str, description: str, status: int = 400) -> Reply:
    return Reply(status, {"error": error, "error_description": description})
