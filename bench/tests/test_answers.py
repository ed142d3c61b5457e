# ruff: noqa: S101 - tests assert
import pytest

from bench.answers import is_complete, read_head

PLAIN = b"HTTP/1.1 202 Accepted\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"


def test_a_head_that_is_not_there_in_full_is_waited_for() -> None:
    head = PLAIN.index(b"\r\n\r\n") + 4
    assert all(read_head(PLAIN[:length]) is None for length in range(head))
    assert read_head(PLAIN[:head]) == (202, len(PLAIN), True)


@pytest.mark.parametrize("answer", [PLAIN, CHUNKED])
def test_an_answer_is_complete_with_its_last_byte(answer: bytes) -> None:
    head = read_head(answer)
    assert head is not None
    assert not is_complete(head, answer[:-1])
    assert is_complete(head, answer)


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_ends_with_its_head(status: int) -> None:
    answer = b"HTTP/1.1 %d X\r\nContent-Length: 99\r\n\r\n" % status
    head = read_head(answer)
    assert head is not None
    assert is_complete(head, answer)


def test_a_server_that_closes_says_so_in_any_case() -> None:
    head = read_head(b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n")
    assert head == (200, 57, False)


def test_an_answer_that_can_not_end_is_refused() -> None:
    with pytest.raises(ValueError, match="neither content-length nor chunks"):
        read_head(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n")
