"""Netlify: a deploy of the production site that is ready is `site.deployed`.

Source: docs.netlify.com, "Deploy notifications", and the `deploy` object of Netlify's open-api.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from pipeline.webhooks.envelopes import media
from pipeline.webhooks.envelopes.attributes import event_type, instant, text_header
from pipeline.webhooks.envelopes.jsontext import check, fields
from pipeline.webhooks.envelopes.types import Incoming

# Netlify's name for "deploy succeeded".
_SUCCEEDED = "deploy_created"


class _Deploy(msgspec.Struct):
    state: str | None = None
    context: str | None = None
    commit_ref: str | None = None
    ssl_url: str | None = None
    url: str | None = None
    published_at: str | None = None


def parse(headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """One event: `site.deployed` {commit, url}, or `netlify.<event>` for all the rest.

    Raises UnreadableError, InvalidEventError or UnsupportedMediaError.
    """
    media.require(headers.get(b"content-type"), media.JSON_ONLY)
    deploy = fields(check(body), _Deploy, "Netlify deploy")
    # The header is not signed and may be missing: then the state, which is, must tell.
    name = text_header(headers, b"x-netlify-event") or _event(deploy)
    if name == _SUCCEEDED and deploy.state == "ready" and deploy.context in (None, "production"):
        at = instant(deploy.published_at, "published_at")
        return [Incoming("site.deployed", None, at, msgspec.json.encode(_deployed(deploy)))]
    return [Incoming(event_type(f"netlify.{name}"), None, None, body)]


def _event(deploy: _Deploy) -> str:
    if deploy.state is None:
        return "event"
    return _SUCCEEDED if deploy.state == "ready" else f"deploy_{deploy.state}"


def _deployed(deploy: _Deploy) -> dict[str, Any]:
    known = {"commit": deploy.commit_ref, "url": deploy.ssl_url or deploy.url}
    return {name: value for name, value in known.items() if value}
