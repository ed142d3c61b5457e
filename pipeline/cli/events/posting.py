"""Posting signed events to a web process, one connection for all.

Source: Standard Webhooks 1.0.0.
"""

import http.client
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

from pipeline.cli.events.messages import Message
from pipeline.domain.schemes import Scheme
from pipeline.errors import NotFoundError, Rejected, SettingsError, StartError
from pipeline.settings import SecretEntry, Settings
from pipeline.webhooks.signatures import sign_standard

_ANSWER_WITHIN = 30.0
_MOST_TRIES = 20
_COME_AGAIN = frozenset({429, 503})
_LONGEST_PAUSE = 60.0


class Answer(NamedTuple):
    """What the web process said. `problem` is empty where it took the event, or knew it."""

    status: str
    event_id: str | None = None
    problem: str = ""


class _Body(msgspec.Struct):
    status: str | int | None = None
    event_id: str | None = None
    title: str = ""
    detail: str = ""


def signing_secret(settings: Settings, name: str, *, now: datetime) -> str:
    """The secret to sign with for a source: its first that can sign and has not run out.

    Raises NotFoundError for a source nobody set, Rejected for one that can't be signed for.
    """
    source = settings.sources.get(name)
    if source is None:
        known = ", ".join(sorted(settings.sources)) or "none is set"
        raise NotFoundError(f"there is no source {name!r} in {settings.config.name} ({known})")
    if source.scheme is not Scheme.STANDARD_WEBHOOKS:
        raise Rejected(
            f"source {name!r} has the scheme {source.scheme}: only standard-webhooks signs"
        )
    for entry in source.secrets:
        each = entry if isinstance(entry, SecretEntry) else SecretEntry(entry)
        valid = each.not_after is None or now <= each.not_after
        if valid and each.secret.startswith("whsec_"):
            return each.secret
    raise Rejected(f"source {name!r} has no whsec_ secret that is still valid")


class Poster:
    """Posts to one source. `pause` waits that many seconds where the web process asks for it."""

    def __init__(
        self,
        url: str,
        source: str,
        secret: str,
        *,
        clock: Callable[[], datetime],
        pause: Callable[[float], object],
    ) -> None:
        self._url = url
        self._connection = _connection(url)
        self._path = f"{urlsplit(url).path.rstrip('/')}/webhooks/{quote(source, safe='')}"
        self._secret = secret
        self._clock = clock
        self._pause = pause

    def post(self, message: Message) -> Answer:
        """Post until there is an answer that stands. Raises StartError where nobody answers."""
        for _ in range(_MOST_TRIES):
            response, body = self._exchange(message)
            if response.status not in _COME_AGAIN:
                break
            self._pause(_seconds(response.headers.get("retry-after")))
        return _answer(response.status, body)

    def close(self) -> None:
        """Drop the connection."""
        self._connection.close()

    def _exchange(self, message: Message) -> tuple[http.client.HTTPResponse, bytes]:
        try:
            return self._once(message)
        except (
            ConnectionError
        ):  # an idle connection that was closed meanwhile; the id makes it safe
            self._connection.close()
        try:
            return self._once(message)
        except (OSError, http.client.HTTPException) as error:
            raise StartError(
                f"{self._url} does not answer ({error}): run `afterword up`"
            ) from error

    def _once(self, message: Message) -> tuple[http.client.HTTPResponse, bytes]:
        # Signed at every try: what waited for its rate must not look like an old message.
        headers = sign_standard(
            message.body, message_id=message.id, secret=self._secret, now=self._clock()
        )
        headers["content-type"] = "application/json"
        self._connection.request("POST", self._path, message.body, headers)
        response = self._connection.getresponse()
        return response, response.read()


def _connection(url: str) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError("--url", was=url, expected="like http://127.0.0.1:8000")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname, port, timeout=_ANSWER_WITHIN)


def _seconds(retry_after: str | None) -> float:
    # RFC 9110, section 10.2.3 allows a date too; Afterword sends seconds.
    number = retry_after.strip() if retry_after else ""
    return min(float(number), _LONGEST_PAUSE) if number.isdecimal() else 1.0


def _answer(code: int, body: bytes) -> Answer:
    try:
        said = msgspec.json.decode(body, type=_Body)
    except ValueError:
        said = _Body(title=body[:200].decode("utf-8", "replace"))
    if code in {200, 202} and isinstance(said.status, str):
        return Answer(said.status, said.event_id)
    reason = said.detail or said.title or "no reason given"
    return Answer("refused", None, f"HTTP {code}: {reason}")
