"""Cloudflare notifications: a Pages deployment that succeeded is `site.deployed`.

Source: developers.cloudflare.com, "Webhook payload schema". It leaves open under which names
`data` tells of a Pages deployment, but the values are those of the alert's filters: they are
looked for under any name.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from pipeline.errors import InvalidEventError
from pipeline.webhooks.envelopes import media
from pipeline.webhooks.envelopes.jsontext import check, fields
from pipeline.webhooks.envelopes.types import Incoming

_PAGES = "pages_event_alert"
_SUCCESS = "EVENT_DEPLOYMENT_SUCCESS"
_PREVIEW = "ENVIRONMENT_PREVIEW"


class _Alert(msgspec.Struct):
    alert_type: str | None = None
    ts: int | None = None
    data: dict[str, Any] | None = None


def parse(headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """One event: `site.deployed` {commit, url}, or `cloudflare.alert` for all the rest.

    Raises UnreadableError, InvalidEventError or UnsupportedMediaError.
    """
    media.require(headers.get(b"content-type"), media.JSON_ONLY)
    alert = fields(check(body), _Alert, "Cloudflare alert")
    at = _moment(alert.ts)
    if _is_deployment(alert):
        return [Incoming("site.deployed", None, at, msgspec.json.encode(_deployed(alert.data)))]
    return [Incoming("cloudflare.alert", None, at, body)]


def _is_deployment(alert: _Alert) -> bool:
    values = [value for value in (alert.data or {}).values() if isinstance(value, str)]
    return alert.alert_type == _PAGES and _SUCCESS in values and _PREVIEW not in values


def _deployed(data: dict[str, Any] | None) -> dict[str, str]:
    known = {"commit": (data or {}).get("commit_hash"), "url": (data or {}).get("url")}
    return {name: value for name, value in known.items() if isinstance(value, str)}


def _moment(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidEventError("ts must be seconds since the epoch") from None
