"""Events sent to a URL, signed, as X does it: CRC first, then POST with retries."""

import base64
import hmac
from collections import deque
from typing import NamedTuple

import httpx

SIGNATURE = "x-twitter-webhooks-signature"
_TRIES = 3
_TIMEOUT = 10.0


class Webhook(NamedTuple):
    """Where one app's events go. `valid` once its CRC was answered."""

    id: str
    url: str
    secret: str
    valid: bool


def signature(secret: str, body: bytes) -> str:
    """`sha256=` and the HMAC of a body by the consumer secret, in base64."""
    digest = hmac.digest(secret.encode(), body, "sha256")
    return "sha256=" + base64.b64encode(digest).decode()


class Webhooks:
    """The registered URLs."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.delivered = 0
        self.failed = 0
        self._transport = transport
        self._known: dict[str, Webhook] = {}

    async def register(self, url: str, secret: str) -> Webhook:
        """Take a URL, and see whether it proves to know the secret (CRC)."""
        token = f"crc-{len(self._known) + 1}"
        async with self._client() as client:
            try:
                answer = await client.get(url, params={"crc_token": token})
                proof = answer.json().get("response_token") if answer.is_success else None
            except (httpx.HTTPError, ValueError, AttributeError):
                proof = None
        valid = proof == signature(secret, token.encode())
        webhook = Webhook(str(1000 + len(self._known)), url, secret, valid)
        self._known[webhook.id] = webhook
        return webhook

    async def deliver(self, outbox: deque[tuple[str, bytes]]) -> int:
        """Send what lies in the box, in order; how many arrived. Each is tried three times."""
        arrived = 0
        async with self._client() as client:
            while outbox:
                webhook_id, body = outbox.popleft()
                webhook = self._known.get(webhook_id)
                sent = webhook is not None and await self._post(client, webhook, body)
                arrived += sent
                self.failed += not sent
        self.delivered += arrived
        return arrived

    @staticmethod
    async def _post(client: httpx.AsyncClient, webhook: Webhook, body: bytes) -> bool:
        headers = {
            "content-type": "application/json",
            SIGNATURE: signature(webhook.secret, body),
        }
        for _ in range(_TRIES):
            try:
                if (await client.post(webhook.url, content=body, headers=headers)).is_success:
                    return True
            except httpx.HTTPError:
                continue
        return False

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._transport, timeout=_TIMEOUT)
