import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, UnreadableError
from pipeline.webhooks.envelopes import Incoming, UnsupportedMediaError, parse

AT = datetime(2018, 4, 5, 17, 31, tzinfo=UTC)
EVENT = {
    "specversion": "1.0",
    "type": "com.example.someevent",
    "source": "/mycontext",
    "subject": None,
    "id": "C234-1234-1234",
    "time": "2018-04-05T17:31:00Z",
    "comexampleextension1": "value",
    "datacontenttype": "application/json",
    "data": {"appinfoA": "abc", "appinfoB": 123},
}
READ = Incoming(
    "com.example.someevent",
    "/mycontext C234-1234-1234",
    AT,
    b'{"appinfoA": "abc", "appinfoB": 123}',
)
ATTRIBUTES = ("specversion", "type", "source", "id", "time")


def structured(
    media: bytes = b"application/cloudevents+json", drop: str = "", **changed: Any
) -> Incoming:
    event = {name: value for name, value in (EVENT | changed).items() if name != drop}
    [found] = parse(
        Scheme.BEARER, headers={b"content-type": media}, body=json.dumps(event).encode()
    )
    return found


def binary(body: bytes = READ.data, drop: str = "", **changed: bytes) -> Incoming:
    plain = {name: str(EVENT[name]).encode() for name in ATTRIBUTES if name != drop}
    head = {b"ce-" + name.encode(): value for name, value in (plain | changed).items()}
    [found] = parse(Scheme.BEARER, headers=head | {b"content-type": b"application/json"}, body=body)
    return found


def batch(events: list[Any]) -> list[Incoming]:
    head = {b"content-type": b"application/cloudevents-batch+json; charset=UTF-8"}
    return parse(Scheme.STANDARD_WEBHOOKS, headers=head, body=json.dumps(events).encode())


def test_binary_structured_and_batched_read_the_same() -> None:
    assert structured() == READ
    assert binary() == READ
    assert batch([EVENT, EVENT | {"id": "2"}])[0] == READ


@pytest.mark.parametrize(
    "media",
    [b"application/cloudevents+json; charset=UTF-8", b"Application/CloudEvents+JSON"],
)
def test_the_media_type_has_no_case(media: bytes) -> None:
    assert structured(media) == READ


@pytest.mark.parametrize(
    "media",
    [
        b"application/cloudevents+avro",
        b"application/cloudevents",
        b"application/cloudevents-batch+xml",
        b"application/cloudevents+json; charset=utf-16",
    ],
)
def test_a_format_that_is_not_json_is_unsupported(media: bytes) -> None:
    with pytest.raises(UnsupportedMediaError):
        structured(media)


@pytest.mark.parametrize(
    "scheme",
    [Scheme.GITHUB, Scheme.GHOST, Scheme.NETLIFY, Scheme.CLOUDFLARE, Scheme.WOOCOMMERCE],
)
def test_senders_with_a_shape_of_their_own_send_no_cloudevents(scheme: Scheme) -> None:
    with pytest.raises(UnsupportedMediaError):
        parse(scheme, headers={b"content-type": b"application/cloudevents+json"}, body=b"{}")


def test_a_batch_keeps_its_order_and_may_be_empty() -> None:
    ids = [event.id for event in batch([EVENT | {"id": str(n)} for n in range(100)])]
    assert ids == [f"/mycontext {n}" for n in range(100)]
    assert batch([]) == []


def test_a_batch_ends_at_100_events() -> None:
    with pytest.raises(InvalidEventError, match="holds 101 events, but may hold 100"):
        batch([EVENT] * 101)


def test_one_bad_event_refuses_the_batch() -> None:
    with pytest.raises(UnreadableError, match="not a batch of CloudEvents"):
        batch([EVENT, {}])
    with pytest.raises(InvalidEventError, match="type is"):
        batch([EVENT, EVENT | {"type": "a-b"}])


def test_source_and_id_can_t_be_split_two_ways() -> None:
    assert structured(source="/a", id="b c").id != structured(source="/a/b", id="c").id
    with pytest.raises(InvalidEventError, match="source must be a URI"):
        structured(source="/a b", id="c")


@pytest.mark.parametrize("drop", ["specversion", "type", "source", "id"])
def test_each_required_attribute_is_required(drop: str) -> None:
    with pytest.raises(UnreadableError, match=drop):
        structured(drop=drop)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"specversion": "0.3"}, "specversion is '0.3'"),
        ({"specversion": ""}, "specversion"),
        ({"id": ""}, "must not be empty"),
        ({"source": ""}, "must not be empty"),
        ({"id": "é"}, "printable ASCII"),
        ({"id": "x" * 250}, "printable ASCII"),
        ({"type": "com.example.some-event"}, "type is"),
        ({"time": "2018-04-05"}, "time must be an RFC 3339 time"),
        ({"data_base64": "e30="}, "exclude each other"),
    ],
)
def test_attributes_that_break_a_rule_are_named(changed: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidEventError, match=problem):
        structured(**changed)


def test_unset_attributes_may_be_null_or_missing() -> None:
    assert structured(time=None, datacontenttype=None, data_base64=None).at is None
    assert structured(drop="time").at is None
    assert binary(drop="time").at is None


def test_data_may_be_missing() -> None:
    assert structured(drop="data").data == b"null"
    assert binary(b"").data == b"null"


@pytest.mark.parametrize("data", [None, "text", 1, [], {"a": None}])
def test_data_may_be_any_json(data: object) -> None:
    assert json.loads(structured(data=data).data) == data
    assert json.loads(binary(json.dumps(data).encode()).data) == data


def test_data_in_base64_is_decoded() -> None:
    coded = base64.b64encode(READ.data).decode()
    assert structured(drop="data", data_base64=coded) == READ


@pytest.mark.parametrize("coded", ["?", "e30", "é", base64.b64encode(b"\xff").decode()])
def test_base64_that_holds_no_json_is_refused(coded: str) -> None:
    with pytest.raises(InvalidEventError):
        structured(drop="data", data_base64=coded)


@pytest.mark.parametrize("declared", ["application/json", "", "text/json", "application/a+json"])
def test_data_declared_as_json_is_read(declared: str) -> None:
    assert structured(datacontenttype=declared) == READ


@pytest.mark.parametrize("declared", ["application/xml", "text/plain", "application/json+x"])
def test_data_declared_as_something_else_is_unsupported(declared: str) -> None:
    with pytest.raises(UnsupportedMediaError, match="datacontenttype"):
        structured(datacontenttype=declared, data="<much/>")


def test_a_nul_is_refused_in_every_mode() -> None:
    coded = base64.b64encode(rb'"\u0000"').decode()
    with pytest.raises(InvalidEventError, match="NUL"):
        binary(rb'"\u0000"')
    with pytest.raises(InvalidEventError, match="NUL"):
        structured(data="\x00")
    with pytest.raises(InvalidEventError, match="NUL"):
        structured(drop="data", data_base64=coded)
