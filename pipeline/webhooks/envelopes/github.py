"""GitHub: a push to the default branch is a deployment of the site; the rest keeps its name.

Source: docs.github.com, "Webhook events and payloads".
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec

from pipeline.errors import UnreadableError
from pipeline.webhooks.envelopes import media
from pipeline.webhooks.envelopes.attributes import event_type, optional_id, text_header
from pipeline.webhooks.envelopes.jsontext import check, fields
from pipeline.webhooks.envelopes.types import Incoming

_MOST_FIELDS = 8


class _Repository(msgspec.Struct):
    default_branch: str


class _Commit(msgspec.Struct):
    url: str


class _Push(msgspec.Struct):
    ref: str
    after: str
    repository: _Repository
    deleted: bool = False
    head_commit: _Commit | None = None


def parse(headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """One event: `site.deployed` {commit, url of the commit}, or `github.<X-GitHub-Event>`.

    Raises UnreadableError, InvalidEventError or UnsupportedMediaError.
    """
    found = media.require(headers.get(b"content-type"), media.JSON_OR_FORM)
    text = _payload(body) if found == media.FORM else body
    value = check(text)
    name = text_header(headers, b"x-github-event")
    if name is None:
        raise UnreadableError("the X-GitHub-Event header is missing")
    delivery = optional_id(headers.get(b"x-github-delivery"))
    deployed = _deployed(value) if name == "push" else None
    if deployed is not None:
        return [Incoming("site.deployed", delivery, None, msgspec.json.encode(deployed))]
    return [Incoming(event_type(f"github.{name}"), delivery, None, text)]


def _deployed(value: Any) -> dict[str, str] | None:
    push = fields(value, _Push, "GitHub push")
    if push.deleted or push.ref != f"refs/heads/{push.repository.default_branch}":
        return None
    seen_at = {} if push.head_commit is None else {"url": push.head_commit.url}
    return {"commit": push.after} | seen_at


def _payload(body: bytes) -> bytes:
    """The `payload` field of a form post, as bytes."""
    try:
        form = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as err:
        raise UnreadableError(f"the form can't be read: {err}") from None
    if "payload" not in form:
        raise UnreadableError("the form has no field named payload")
    return form["payload"][0].encode()
