import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, UnreadableError
from pipeline.webhooks.envelopes import Incoming, UnsupportedMediaError, parse

DATA = '{"id": "c1",  "text": "a \\"quoted\\" é 😀 word"}'
TIME = "2026-01-31T12:00:00.25Z"
BODY = f'{{"type":"comment.posted","timestamp":"{TIME}","data":{DATA}}}'.encode()
AT = datetime(2026, 1, 31, 12, 0, 0, 250000, tzinfo=UTC)
Headers = dict[bytes, bytes]
JSON = {b"content-type": b"application/json"}


def read(body: bytes, head: Headers = JSON, scheme: Scheme = Scheme.STANDARD_WEBHOOKS) -> Incoming:
    [event] = parse(scheme, headers=head, body=body)
    return event


def envelope(**changed: Any) -> bytes:
    plain = {"type": "comment.posted", "timestamp": TIME, "data": {}}
    return json.dumps(plain | changed).encode()


@pytest.mark.parametrize("scheme", [Scheme.STANDARD_WEBHOOKS, Scheme.BEARER])
def test_an_envelope_is_one_event_whose_data_is_the_sender_s_own_text(scheme: Scheme) -> None:
    event = read(BODY, JSON | {b"webhook-id": b"msg_1"}, scheme)
    assert event == Incoming("comment.posted", "msg_1", AT, DATA.encode())


def test_id_and_time_may_be_missing() -> None:
    assert read(b'{"data":[1],"type":"a","more":{}}') == Incoming("a", None, None, b"[1]")
    assert read(envelope(timestamp=None)).at is None


def test_the_id_comes_under_the_same_name_as_the_signature() -> None:
    assert read(BODY, {b"svix-id": b"msg_1"}).id == "msg_1"
    assert read(BODY, {b"svix-id": b"msg_1", b"webhook-id": b"msg_2"}).id == "msg_2"


def test_a_time_is_taken_to_utc() -> None:
    at = read(envelope(timestamp="2026-01-31T13:00:00.25+01:00")).at
    assert at == AT
    assert at.tzinfo is UTC


@pytest.mark.parametrize(
    "time",
    [
        "",
        "yesterday",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-02-30T12:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-01:00",
        1769860800,
        {},
    ],
)
def test_a_time_that_is_not_rfc_3339_is_refused(time: object) -> None:
    with pytest.raises(InvalidEventError, match="timestamp must be an RFC 3339 time") as caught:
        read(envelope(timestamp=time))
    assert not isinstance(caught.value, UnreadableError)


@pytest.mark.parametrize("name", ["a", "a.b.c", "Comment_1.posted_2", "x" * 128])
def test_a_type_is_words_joined_by_full_stops(name: str) -> None:
    assert read(envelope(type=name)).type == name


@pytest.mark.parametrize("name", ["", ".", "a.", ".a", "a..b", "a-b", "a b", "é", "a\n", "x" * 129])
def test_any_other_type_is_refused(name: str) -> None:
    with pytest.raises(InvalidEventError, match="type is") as caught:
        read(envelope(type=name))
    assert not isinstance(caught.value, UnreadableError)


@pytest.mark.parametrize("value", [b"", b"\xff", b"a\x00", b"a\n", b"a" * 257])
def test_an_id_that_is_not_printable_ascii_is_refused(value: bytes) -> None:
    with pytest.raises(InvalidEventError, match="id must be 1 to 256 printable ASCII"):
        read(BODY, {b"webhook-id": value})


@pytest.mark.parametrize("value", [b"a", b"a b", b"a" * 256])
def test_an_id_has_up_to_256_printable_characters(value: bytes) -> None:
    assert read(BODY, {b"webhook-id": value}).id == value.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"type":"a"}',
        b'{"data":{}}',
        b'{"type":1,"data":{}}',
        b'{"type":null,"data":{}}',
        BODY[:-1],
        BODY[: len(BODY) // 2],
        BODY + b"}",
        BODY + BODY,
        b"\xef\xbb\xbf" + BODY,
        BODY.decode().encode("utf-16"),
        BODY.replace("é".encode(), b"\xe9"),
        BODY.replace("é".encode(), b"\xed\xa0\x80"),
        BODY.replace("é".encode(), rb"\ud800"),
        BODY.replace("é".encode(), rb"\udc00 and more"),
        BODY.replace("é".encode(), b"\x00"),
        BODY.replace("é".encode(), b"\n"),
        BODY.replace(b'"c1"', b"NaN"),
        BODY.replace(b'"c1"', b"-Infinity"),
        BODY.replace(b'"c1"', b"1e999"),
        BODY.replace(b'"c1"', b"-1e999"),
        BODY.replace(b'"c1"', b"9" * 5000),
        BODY.replace(b'"c1"', b"9" * 5000 + b',"id":' + b"9" * 5000),
        BODY.replace(b'"c1"', b"01"),
        BODY.replace(b'"c1"', b"[" * 10000 + b"]" * 10000),
        BODY.replace(b'"c1"', b'{"a":' * 10000 + b"1" + b"}" * 10000),
        BODY.replace(b'"c1"', b"[" * 200000),
        b"type=comment.posted&data=1",
    ],
)
def test_a_body_that_is_no_envelope_can_t_be_read(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(body)


def test_nesting_ends_at_100_levels() -> None:
    # The envelope and its data are two of them.
    fits = b"[" * 98 + b"]" * 98
    assert fits in read(BODY.replace(b'"c1"', fits)).data
    with pytest.raises(UnreadableError, match="deeper than 100 levels"):
        read(BODY.replace(b'"c1"', b"[" + fits + b"]"))


def test_many_brackets_are_not_deep_nesting() -> None:
    assert json.loads(read(envelope(data=[{"a": []}] * 1000)).data)[-1] == {"a": []}


@pytest.mark.parametrize("text", [rb"\u0000", rb"a\\\u0000b", rb"\\\\\u0000"])
@pytest.mark.parametrize("place", [b'{"x":"%b"}', b'{"%b":1}'])
def test_a_nul_is_refused_by_name(text: bytes, place: bytes) -> None:
    with pytest.raises(InvalidEventError, match=r"NUL character \(\\u0000\).*remove it") as caught:
        read(b'{"type":"a","data":%b}' % (place % text))
    assert not isinstance(caught.value, UnreadableError)


def test_a_backslash_before_u0000_is_no_nul() -> None:
    body = rb'{"type":"a","data":"\\u0000 \\\\u0000"}'
    assert json.loads(read(body).data) == r"\u0000 \\u0000"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        b"",
        b"application/json",
        b"Application/JSON",
        b"application/json;charset=utf-8",
        b'application/json ; Charset="UTF-8"',
        b"application/json; charset=utf8; x=y",
    ],
)
def test_json_in_utf_8_is_read(content_type: bytes | None) -> None:
    head = {} if content_type is None else {b"content-type": content_type}
    assert read(BODY, head).type == "comment.posted"


@pytest.mark.parametrize(
    "content_type",
    [
        b"text/plain",
        b"application/xml",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=x",
        b"application/json+zip",
        b"application/json; charset=latin-1",
        b"application/json; charset=utf-16",
        b"application/json; charset=",
        b"\xff\xfe",
    ],
)
def test_another_media_type_or_charset_is_unsupported(content_type: bytes) -> None:
    with pytest.raises(UnsupportedMediaError, match="but must be"):
        read(BODY, {b"content-type": content_type})


def test_a_form_is_no_webhook() -> None:
    with pytest.raises(UnsupportedMediaError, match="/comments"):
        read(BODY, JSON, Scheme.FORM)
