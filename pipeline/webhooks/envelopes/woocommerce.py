"""WooCommerce: the topic is in a header, the resource is the body.

Source: WooCommerce, plugins/woocommerce/includes/class-wc-webhook.php.
"""

from collections.abc import Mapping

from pipeline.errors import UnreadableError
from pipeline.webhooks.envelopes import media
from pipeline.webhooks.envelopes.attributes import event_type, text_header
from pipeline.webhooks.envelopes.jsontext import check
from pipeline.webhooks.envelopes.types import Incoming
from pipeline.webhooks.signatures.woocommerce import PING


def parse(headers: Mapping[bytes, bytes], body: bytes) -> list[Incoming]:
    """One event, `woocommerce.<topic>`; none for the ping that is sent when a hook is made.

    Raises UnreadableError, InvalidEventError or UnsupportedMediaError.
    """
    found = media.require(headers.get(b"content-type"), media.JSON_OR_FORM)
    if found == media.FORM:
        if PING.fullmatch(body) is None:
            raise UnreadableError("the form is not the ping that WooCommerce sends (webhook_id=N)")
        return []
    check(body)
    topic = text_header(headers, b"x-wc-webhook-topic")
    if topic is None:
        raise UnreadableError("the X-WC-Webhook-Topic header is missing")
    return [Incoming(event_type(f"woocommerce.{topic}"), None, None, body)]
