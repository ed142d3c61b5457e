import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, UnreadableError
from pipeline.webhooks.envelopes import Incoming, UnsupportedMediaError, parse

Json = dict[str, Any]
DEPLOY = {
    "id": "5e1",
    "state": "ready",
    "context": "production",
    "commit_ref": "59b20b8",
    "url": "http://blog.example",
    "ssl_url": "https://blog.example",
    "published_at": "2026-01-31T12:00:00.000Z",
}
ALERT = {
    "name": "Deployed",
    "text": "Deployment of blog succeeded",
    "alert_type": "pages_event_alert",
    "ts": 1769860800,
    "data": {
        "event": "EVENT_DEPLOYMENT_SUCCESS",
        "environment": "ENVIRONMENT_PRODUCTION",
        "commit_hash": "59b20b8",
        "url": "https://blog.example",
    },
}
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def read(scheme: Scheme, body: object, **headers: bytes) -> Incoming:
    head = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    [event] = parse(scheme, headers=head, body=json.dumps(body).encode())
    return event


def netlify(body: Json, event: bytes = b"deploy_created") -> Incoming:
    return read(Scheme.NETLIFY, body, x_netlify_event=event)


def test_a_netlify_deploy_that_succeeded_deploys_the_site() -> None:
    event = netlify(DEPLOY)
    assert (event.type, event.id, event.at) == ("site.deployed", None, NOON)
    assert json.loads(event.data) == {"commit": "59b20b8", "url": "https://blog.example"}


def test_a_netlify_deploy_is_told_without_the_header() -> None:
    assert read(Scheme.NETLIFY, DEPLOY).type == "site.deployed"
    assert read(Scheme.NETLIFY, DEPLOY | {"state": "error"}).type == "netlify.deploy_error"
    assert read(Scheme.NETLIFY, {"form_name": "x"}).type == "netlify.event"


def test_a_netlify_deploy_by_hand_has_no_commit() -> None:
    by_hand = DEPLOY | {"commit_ref": None, "ssl_url": None, "published_at": None}
    event = netlify(by_hand)
    assert event.at is None
    assert json.loads(event.data) == {"url": "http://blog.example"}


@pytest.mark.parametrize(
    ("changed", "event"),
    [
        ({"context": "deploy-preview"}, b"deploy_created"),
        ({"context": "branch-deploy"}, b"deploy_created"),
        ({"state": "building"}, b"deploy_building"),
        ({"state": "error"}, b"deploy_failed"),
        ({}, b"deploy_locked"),
        ({"state": None, "data": {}}, b"submission_created"),
    ],
)
def test_the_rest_of_netlify_keeps_its_name_and_body(changed: Json, event: bytes) -> None:
    found = netlify(DEPLOY | changed, event)
    assert found.type == f"netlify.{event.decode()}"
    assert json.loads(found.data) == DEPLOY | changed


@pytest.mark.parametrize("changed", [{"state": 1}, {"commit_ref": []}, {"published_at": "soon"}])
def test_a_netlify_deploy_with_wrong_fields_is_refused(changed: Json) -> None:
    with pytest.raises(InvalidEventError):
        netlify(DEPLOY | changed)


def test_a_cloudflare_pages_deployment_deploys_the_site() -> None:
    event = read(Scheme.CLOUDFLARE, ALERT)
    assert (event.type, event.id, event.at) == ("site.deployed", None, NOON)
    assert json.loads(event.data) == {"commit": "59b20b8", "url": "https://blog.example"}


@pytest.mark.parametrize(
    "changed",
    [
        {"alert_type": "universal_ssl_event_type"},
        {"data": ALERT["data"] | {"event": "EVENT_DEPLOYMENT_FAILED"}},
        {"data": ALERT["data"] | {"environment": "ENVIRONMENT_PREVIEW"}},
        {"data": {"event": ["EVENT_DEPLOYMENT_SUCCESS"]}},
        {"data": {}},
        {"data": None},
    ],
)
def test_other_cloudflare_notifications_are_alerts(changed: Json) -> None:
    event = read(Scheme.CLOUDFLARE, ALERT | changed)
    assert (event.type, event.at) == ("cloudflare.alert", NOON)
    assert json.loads(event.data) == ALERT | changed


def test_cloudflare_s_test_message_is_an_alert() -> None:
    event = read(Scheme.CLOUDFLARE, {"text": "Hello World!"})
    assert event == Incoming("cloudflare.alert", None, None, b'{"text": "Hello World!"}')


@pytest.mark.parametrize("changed", [{"ts": 10**20}, {"ts": -(10**15)}, {"ts": "now"}, {"data": 1}])
def test_a_cloudflare_alert_with_wrong_fields_is_refused(changed: Json) -> None:
    with pytest.raises(InvalidEventError):
        read(Scheme.CLOUDFLARE, ALERT | changed)


def test_a_woocommerce_topic_names_the_event() -> None:
    event = read(Scheme.WOOCOMMERCE, {"id": 1}, x_wc_webhook_topic=b"order.created")
    assert event == Incoming("woocommerce.order.created", None, None, b'{"id": 1}')


def test_a_woocommerce_topic_is_required() -> None:
    with pytest.raises(UnreadableError, match="X-WC-Webhook-Topic header is missing"):
        read(Scheme.WOOCOMMERCE, {})


def test_a_woocommerce_ping_is_no_event() -> None:
    head = {b"content-type": b"application/x-www-form-urlencoded; charset=UTF-8"}
    assert parse(Scheme.WOOCOMMERCE, headers=head, body=b"webhook_id=42") == []
    with pytest.raises(UnreadableError, match="ping"):
        parse(Scheme.WOOCOMMERCE, headers=head, body=b"a=b")


@pytest.mark.parametrize("scheme", [Scheme.GHOST, Scheme.NETLIFY, Scheme.CLOUDFLARE])
def test_a_form_is_only_read_from_those_who_send_one(scheme: Scheme) -> None:
    with pytest.raises(UnsupportedMediaError):
        read(scheme, {}, content_type=b"application/x-www-form-urlencoded")
