"""What senders ask before they send: CloudEvents whether they may, X whether the secret is known."""

from collections.abc import Mapping
from datetime import datetime

from pipeline.errors import SignatureError
from pipeline.logs import get_logger
from pipeline.problems import ProblemError
from pipeline.webhooks.answers import Answer, json_answer
from pipeline.webhooks.senders import Sender
from pipeline.webhooks.signatures import answer_challenge

log = get_logger(__name__)


def welcome(headers: Mapping[bytes, bytes]) -> Answer:
    """The CloudEvents webhook handshake (http-webhook.md, section 4): any origin may send here."""
    origin = headers.get(b"webhook-request-origin")
    allow = (b"allow", b"POST, OPTIONS")
    if origin is None:
        return Answer(204, b"", headers=(allow,))
    return Answer(204, b"", headers=(allow, (b"webhook-allowed-origin", origin)))


def prove(sender: Sender, query: bytes, now: datetime) -> Answer:
    """X's challenge-response check, every hour: until it is answered, X sends nothing.

    Raises ProblemError (400, 401).
    """
    try:
        token = answer_challenge(query, sender.secrets, now)
    except SignatureError as error:
        raise refused(sender, error) from error
    if token is None:
        raise ProblemError(
            "unreadable", "a challenge has one crc_token: A-Za-z0-9_+/=.~-, up to 256"
        )
    return json_answer(200, {"response_token": token})


def refused(sender: Sender, error: SignatureError) -> ProblemError:
    """Logs why, and answers without the reason."""
    log.warning("signature_refused", source=sender.name, reason=error.reason)
    return ProblemError("unauthorized", "the signature, its time or its key is wrong")
