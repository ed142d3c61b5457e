"""What a reader's form says: JSON from the widget, or a plain HTML form, as the same fields."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from pipeline.problems import ProblemError

FORM_TYPES = (b"application/x-www-form-urlencoded", b"multipart/form-data")
_MOST_FIELDS = 20


class CommentForm(msgspec.Struct, frozen=True):
    """The fields of a comment form.

    `phone` is the honeypot: hidden from people, filled by bots. `t` is when the form was shown, in
    milliseconds since 1970, as the page says.
    """

    page: str
    text: str
    name: str
    email: str = ""
    website: str = ""
    parent: str = ""
    page_url: str = ""
    phone: str | None = None
    t: str | int | None = None

    def seconds_to_write(self, now_ms: float) -> float | None:
        """Seconds between showing and sending; None where the page did not say, or said nonsense."""
        try:
            shown = int(self.t or 0)
        except ValueError:
            return None
        seconds = (now_ms - shown) / 1000
        return seconds if shown and 0 <= seconds <= 7 * 86_400 else None


def is_plain_form(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser without JavaScript sent it: then the answer leads back to the page."""
    return _media_type(headers) in FORM_TYPES


async def read_form(
    scope: Mapping[str, Any], headers: Mapping[bytes, bytes], body: bytes
) -> CommentForm:
    """The fields. Raises ProblemError (400, 415, 422)."""
    media = _media_type(headers)
    if media == b"application/json":
        return _decoded(body)
    if media in FORM_TYPES:
        return _converted(await _fields(scope, body))
    raise ProblemError(
        "unsupported-media-type", "send application/json or an HTML form (urlencoded, multipart)"
    )


def _media_type(headers: Mapping[bytes, bytes]) -> bytes:
    return headers.get(b"content-type", b"").split(b";")[0].strip().lower()


def _decoded(body: bytes) -> CommentForm:
    try:
        return msgspec.json.decode(body, type=CommentForm)
    except msgspec.ValidationError as error:
        raise ProblemError("invalid", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError("unreadable", f"the body is not JSON: {error}") from error


def _converted(fields: dict[str, str]) -> CommentForm:
    try:
        return msgspec.convert(fields, CommentForm)
    except msgspec.ValidationError as error:
        raise ProblemError("invalid", str(error)) from error


async def _fields(scope: Mapping[str, Any], body: bytes) -> dict[str, str]:
    async def replay() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    request = Request({**scope}, replay)
    try:
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    except (MultiPartException, UnicodeDecodeError, ValueError) as error:
        raise ProblemError("unreadable", f"the form can't be read: {error}") from error
    except Exception as error:
        # Starlette wraps what its parser says in an HTTPException while an app is in scope.
        if type(error).__name__ == "HTTPException":
            raise ProblemError("unreadable", "the form can't be read") from error
        raise
    return {key: value for key, value in form.items() if isinstance(value, str)}
