"""Who asks: apps with their bearer tokens, and users' tokens that live two hours (facts 1.7)."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

ACCESS_SECONDS = 7200
SCOPES = "users.read tweet.read follows.read offline.access"
OFFLINE = "offline.access"


class App(msgspec.Struct, forbid_unknown_fields=True):
    """A developer's app. Without `client_secret` it is a public client; `credits` in dollars."""

    name: str = "app"
    owner: Annotated[str, Meta(pattern="^[0-9]{0,19}$")] = ""
    bearer: str = "simulated-bearer"
    client_id: str = "simulated-client"
    client_secret: str = ""
    consumer_secret: str = "simulated-consumer-secret"
    enrolled: bool = True
    credits: float | None = None


class Caller(NamedTuple):
    """An authenticated request's app, and the user whose token it is; "" app-only."""

    app: App
    user: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """The credential, as windows and reports know it."""
        return f"user:{self.app.name}:{self.user}" if self.user else f"app:{self.app.name}"

    def owns(self, target: str) -> bool:
        """Whether reading this account's lists is an owned read."""
        return self.user == target == self.app.owner


@dataclass
class Family:
    """What one login gave: all tokens that came of it. Dead: none of them opens anything."""

    caller: Caller
    number: int
    generation: int = 0
    alive: bool = True


class Credentials:
    """Apps and tokens. Tokens are the same for the same seed and order of logins."""

    def __init__(self, apps: Iterable[App], *, seed: int = 0) -> None:
        self.apps = {app.name: app for app in apps}
        self._seed = seed
        self._families = 0
        self._access: dict[str, tuple[Family, float]] = {}
        self._refresh: dict[str, tuple[Family, int]] = {}

    def app(self, name: str = "") -> App:
        """An app by name, the first one without."""
        return self.apps[name] if name else next(iter(self.apps.values()))

    def client(self, client_id: str) -> App | None:
        """An app by the id it uses for logins."""
        return next((app for app in self.apps.values() if app.client_id == client_id), None)

    def caller(self, token: str, *, now: float) -> Caller | None:
        """Who a bearer token stands for; None if it opens nothing (any more)."""
        for app in self.apps.values():
            if token and token == app.bearer:
                return Caller(app)
        family, expires = self._access.get(token, (None, 0.0))
        return family.caller if family and family.alive and now < expires else None

    def grant(self, caller: Caller, *, now: float) -> dict[str, object]:
        """A login's tokens, as the token endpoint gives them."""
        self._families += 1
        return self._issue(Family(caller, self._families), now)

    def renew(self, app: App, token: str, *, now: float) -> dict[str, object] | None:
        """New tokens for a refresh token, which works once: used again, it ends its family.

        None for a token that is spent, dead, of another app or unknown.
        """
        family, generation = self._refresh.get(token, (None, -1))
        if family is None or family.caller.app is not app:
            return None
        if generation != family.generation:
            family.alive = False
        return self._issue(family, now) if family.alive else None

    def revoke(self, token: str) -> None:
        """End the family a token belongs to."""
        family = self._access.get(token, self._refresh.get(token, (None, 0)))[0]
        if family:
            family.alive = False

    def _issue(self, family: Family, now: float) -> dict[str, object]:
        family.generation += 1
        access = self.secret("access", family.number, family.generation)
        self._access[access] = (family, now + ACCESS_SECONDS)
        body: dict[str, object] = {
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "access_token": access,
            "scope": " ".join(sorted(family.caller.scopes)),
        }
        if OFFLINE in family.caller.scopes:
            refresh = self.secret("refresh", family.number, family.generation)
            self._refresh[refresh] = (family, family.generation)
            body["refresh_token"] = refresh
        return body

    def secret(self, *parts: object) -> str:
        """Something that looks like one of X's tokens."""
        text = ":".join(map(str, (self._seed, *parts))).encode()
        return base64.urlsafe_b64encode(blake2b(text).digest()).decode().rstrip("=")
