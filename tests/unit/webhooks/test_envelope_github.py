import json
from typing import Any
from urllib.parse import urlencode

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, UnreadableError
from pipeline.webhooks.envelopes import Incoming, parse

Json = dict[str, Any]
PUSH = {
    "ref": "refs/heads/main",
    "before": "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
    "after": "59b20b8d5c6ff8d09518216e87bc5a0dd1f6d1e7",
    "created": False,
    "deleted": False,
    "repository": {"name": "blog", "default_branch": "main"},
    "head_commit": {"url": "https://github.com/me/blog/commit/59b20b8"},
}


def read(scheme: Scheme, body: object, **headers: bytes) -> Incoming:
    head = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    [event] = parse(scheme, headers=head, body=json.dumps(body).encode())
    return event


def push(body: object) -> Incoming:
    return read(Scheme.GITHUB, body, x_github_event=b"push", x_github_delivery=b"72d3162e")


def test_a_push_to_github_s_default_branch_deploys_the_site() -> None:
    event = push(PUSH)
    assert (event.type, event.id, event.at) == ("site.deployed", "72d3162e", None)
    assert json.loads(event.data) == {
        "commit": "59b20b8d5c6ff8d09518216e87bc5a0dd1f6d1e7",
        "url": "https://github.com/me/blog/commit/59b20b8",
    }


def test_a_push_without_a_head_commit_has_no_url() -> None:
    assert json.loads(push(PUSH | {"head_commit": None}).data) == {"commit": PUSH["after"]}


@pytest.mark.parametrize(
    "changed", [{"ref": "refs/heads/draft"}, {"ref": "refs/tags/main"}, {"deleted": True}]
)
def test_any_other_push_keeps_its_name_and_body(changed: Json) -> None:
    event = push(PUSH | changed)
    assert event.type == "github.push"
    assert json.loads(event.data) == PUSH | changed


def test_other_github_events_keep_their_name_and_body() -> None:
    event = read(Scheme.GITHUB, {"zen": "x"}, x_github_event=b"ping")
    assert event == Incoming("github.ping", None, None, b'{"zen": "x"}')


def test_github_may_send_a_form() -> None:
    head = {b"content-type": b"application/x-www-form-urlencoded", b"x-github-event": b"push"}
    body = urlencode({"payload": json.dumps(PUSH | {"pusher": "é&="})}).encode()
    [event] = parse(Scheme.GITHUB, headers=head, body=body)
    assert event.type == "site.deployed"


@pytest.mark.parametrize(
    "body",
    [b"", b"payload", b"other=%7B%7D", b"payload=", b"payload=%FF", b"payload=\xff", b"&" * 99],
)
def test_a_github_form_without_a_payload_can_t_be_read(body: bytes) -> None:
    head = {b"content-type": b"application/x-www-form-urlencoded", b"x-github-event": b"push"}
    with pytest.raises(UnreadableError):
        parse(Scheme.GITHUB, headers=head, body=body)


def test_a_github_event_must_have_a_name() -> None:
    with pytest.raises(UnreadableError, match="X-GitHub-Event header is missing"):
        read(Scheme.GITHUB, PUSH)
    with pytest.raises(InvalidEventError, match="type is"):
        read(Scheme.GITHUB, {}, x_github_event=b"pull-request\xff")


@pytest.mark.parametrize("body", [[], {}, PUSH | {"after": 1}, PUSH | {"repository": {}}])
def test_a_push_with_wrong_fields_is_refused(body: object) -> None:
    with pytest.raises(InvalidEventError, match="GitHub push: "):
        push(body)


def test_a_github_delivery_id_is_checked() -> None:
    with pytest.raises(InvalidEventError, match="id must be"):
        read(Scheme.GITHUB, {}, x_github_event=b"ping", x_github_delivery=b"\xff")
