import pytest

from pipeline.domain.schemes import Scheme
from pipeline.errors import InvalidEventError, UnreadableError
from pipeline.webhooks.envelopes import Incoming, parse

ATTRIBUTES = {
    "specversion": b"1.0",
    "type": b"com.example.someevent",
    "source": b"/mycontext",
    "id": b"C234",
}


def binary(body: bytes = b"{}", drop: str = "", **changed: bytes) -> Incoming:
    plain = {name: value for name, value in ATTRIBUTES.items() if name != drop}
    head = {b"ce-" + name.encode(): value for name, value in (plain | changed).items()}
    [found] = parse(Scheme.BEARER, headers=head | {b"content-type": b"application/json"}, body=body)
    return found


@pytest.mark.parametrize("drop", ["type", "source", "id"])
def test_each_required_header_is_required(drop: str) -> None:
    with pytest.raises(InvalidEventError, match=f"ce-{drop} header is missing"):
        binary(drop=drop)


def test_headers_are_unquoted_and_percent_decoded_once() -> None:
    assert binary(id=b"a%20b%2525").id == "/mycontext a b%25"
    assert binary(id=rb'"a \"b\" \\c"').id == '/mycontext a "b" \\c'
    assert binary(id=b'100%"').id == '/mycontext 100%"'


@pytest.mark.parametrize("value", [b"%C0%A0", b"\xff", b"%ff"])
def test_headers_that_are_no_utf_8_are_refused(value: bytes) -> None:
    with pytest.raises(InvalidEventError, match="ce-id header is not UTF-8"):
        binary(id=value)


@pytest.mark.parametrize("value", [b"%00", b"a%0Ab", "é".encode()])
def test_an_id_in_a_header_keeps_to_printable_ascii(value: bytes) -> None:
    with pytest.raises(InvalidEventError, match="printable ASCII"):
        binary(id=value)


def test_a_binary_body_must_be_json() -> None:
    with pytest.raises(UnreadableError):
        binary(b"<xml/>")
