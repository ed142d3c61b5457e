"""OAuth 2.0 with PKCE (RFC 6749, RFC 7636): how somebody lets an app of X read for them.

Written against the RFCs rather than on a library of them: those refuse plain HTTP, which a
simulator on loopback speaks, unless the environment says otherwise for the whole process.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import requests

from pipeline.domain.graph.failures import CredentialDeadError, NetworkDownError, NotAllowedError
from pipeline.errors import Rejected
from pipeline.ingest.graph.tokens import Granted, Tokens
from pipeline.ingest.graph.x.adapter import LONGEST, TIMEOUTS, RefusedError, XAdapter, mounted
from pipeline.ingest.graph.x.answer import Answer, json_of
from pipeline.ingest.graph.x.problems import first_sentence, problems_in

SCOPES = ("users.read", "tweet.read", "follows.read", "offline.access")
"""What lists need (openapi.json), and `offline.access` for a refresh token: none lives 2 h without."""

_STAND_IN = "https://oauth.invalid"
_REAL_HOSTS = frozenset({"api.x.com", "api.twitter.com"})
_REAL_AUTHORIZE = "https://x.com/i/oauth2/authorize"
"""Where X asks people; its API's host does not (docs.x.com, user-access-token, August 2026)."""
_CLIENT_ERRORS, _TOO_MANY = range(400, 500), 429
_WRONG_CLIENT = frozenset({"invalid_client", "unauthorized_client"})


class App(NamedTuple):
    """An app of X: its client id, and its secret where it is a confidential one."""

    client: str
    secret: str | None = None

    def __repr__(self) -> str:
        return f"App({self.client!r})"


class Attempt(NamedTuple):
    """A login that was begun: where to send the person, and what proves that the answer is ours."""

    url: str
    state: str
    verifier: str
    redirect_uri: str

    def __repr__(self) -> str:
        return f"Attempt({self.redirect_uri!r})"

    def is_answered_by(self, address: str) -> bool:
        """Whether X sent the person back to this address because of this login."""
        state = _query(address).get("state", "")
        return secrets.compare_digest(state.encode(), self.state.encode())

    def code_in(self, address: str) -> str:
        """The code in the address that X sent the person back to. Raises Rejected."""
        if not self.is_answered_by(address):
            raise Rejected("that is not the answer to this login: its state is another")
        values = _query(address)
        if "code" not in values:
            raise Rejected(f"X did not allow it: {values.get('error') or 'it gave no code'}")
        return values["code"]


def _query(address: str) -> dict[str, str]:
    """What an address says after its ?; nothing for what is no address."""
    query = address.strip().partition("?")[2].partition("#")[0]
    return {name: each[0] for name, each in parse_qs(query).items()}


class XOAuth:
    """X's authorization server, as one app. Not safe for threads."""

    def __init__(
        self,
        base_url: str,
        app: App,
        *,
        timeouts: tuple[float, float] = TIMEOUTS,
        longest: float = LONGEST,
    ) -> None:
        self._app = app
        self._base_url = base_url.rstrip("/")
        self._adapter = XAdapter(base_url, stand_in=_STAND_IN, timeouts=timeouts, longest=longest)
        self._session = mounted(requests.Session(), self._adapter, _STAND_IN)

    def begin(self, redirect_uri: str) -> Attempt:
        """A new login."""
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._app.client,
            "redirect_uri": redirect_uri,
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        url = f"{self._authorize()}?{urlencode(asked, quote_via=quote)}"
        return Attempt(url, state, verifier, redirect_uri)

    def exchange(self, attempt: Attempt, code: str) -> Granted:
        """Tokens for the code. Raises CredentialDeadError, NotAllowedError, NetworkDownError."""
        return self._granted(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": attempt.redirect_uri,
                "code_verifier": attempt.verifier,
            }
        )

    def refresh(self, refresh_token: str) -> Granted:
        """New tokens for a refresh token, which is used up by that. Raises as `exchange` does.

        CredentialDeadError means that it is not taken: used already, or withdrawn.
        """
        granted = self._granted({"grant_type": "refresh_token", "refresh_token": refresh_token})
        if granted.tokens.refresh is not None:
            return granted
        # RFC 6749, section 6: where no new one is given, the old one stays.
        tokens = Tokens(granted.tokens.access, refresh_token, self._app.client)
        return Granted(tokens, granted.lifetime)

    def revoke(self, token: str) -> None:
        """Tell X that a token is needed no more (RFC 7009). Raises as `exchange` does."""
        self._post("/2/oauth2/revoke", {"token": token})

    def _authorize(self) -> str:
        real = urlsplit(self._base_url).hostname in _REAL_HOSTS
        return _REAL_AUTHORIZE if real else f"{self._base_url}/2/oauth2/authorize"

    def _granted(self, form: Mapping[str, str]) -> Granted:
        answer = self._post("/2/oauth2/token", form)
        body = json_of(answer)
        access = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(access, str) or not access:
            raise NetworkDownError("X granted no access token")
        refresh, lifetime = body.get("refresh_token"), body.get("expires_in")
        return Granted(
            Tokens(access, refresh if isinstance(refresh, str) else None, self._app.client),
            float(lifetime) if isinstance(lifetime, int) and 0 < lifetime < 1 << 31 else None,
        )

    def _post(self, path: str, form: Mapping[str, str]) -> Answer:
        self._adapter.authorization = self._basic()
        try:
            response = self._session.post(
                _STAND_IN + path, data={**form, "client_id": self._app.client}
            )
        except RefusedError as error:
            raise _refusal(error.answer, form.values()) from None
        finally:
            self._adapter.authorization = ""
        return Answer(response.status_code, {}, response.content)

    def _basic(self) -> str:
        if self._app.secret is None:
            return ""
        pair = f"{quote(self._app.client, safe='')}:{quote(self._app.secret, safe='')}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _refusal(answer: Answer, sent: Iterable[str]) -> Exception:
    """What a refusal means (RFC 6749, section 5.2; X says `invalid_request` of used-up tokens).

    Nothing that was sent is repeated, as that was a secret.
    """
    if answer.status not in _CLIENT_ERRORS or answer.status == _TOO_MANY:
        return NetworkDownError(f"X's token endpoint answered {answer.status}")
    body: Any = json_of(answer)
    error = body.get("error") if isinstance(body, dict) else None
    said = body.get("error_description") if isinstance(body, dict) else None
    reason = said if isinstance(said, str) and said else first_sentence(problems_in(body))
    for secret in sent:
        reason = reason.replace(secret, "…")
    sentence = f"X answered {answer.status}: {reason[:200]}"
    if not isinstance(error, str) or error in _WRONG_CLIENT:
        return NotAllowedError(f"{sentence} (AFTERWORD_X_CLIENT_ID, AFTERWORD_X_CLIENT_SECRET)")
    return CredentialDeadError(sentence)
