"""Lines of X's stream, as they come in pieces."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.graph.failures import NetworkDownError
from pipeline.ingest.graph.x.stream import _checked, lines_of

LONGEST = 10


def read(*chunks: bytes) -> list[bytes]:
    return list(lines_of(chunks, longest=LONGEST))


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ([], []),
        ([b"\r\n"], [b""]),
        ([b"a\r\nb\n\r\n"], [b"a", b"b", b""]),
        ([b"a", b"b", b"c\r", b"\nd\n"], [b"abc", b"d"]),
        ([b"a\ncut of"], [b"a"]),
        ([b"0123456789\n"], [b"0123456789"]),
        ([b"0123456789a\nb\n"], [b"b"]),
        ([b"0123456", b"789ab", b"c" * 99, b"d\ne\n"], [b"e"]),
        ([b"x" * 99, b"\n", b"y\n"], [b"y"]),
    ],
    ids=range(9),
)
def test_lines_are_whole_and_the_longest_are_left_out(
    chunks: list[bytes], lines: list[bytes]
) -> None:
    assert read(*chunks) == lines


def test_a_line_comes_as_soon_as_it_is_whole() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a\nb"
        raise AssertionError("nobody asked for more")

    assert next(lines_of(chunks(), longest=LONGEST)) == b"a"


def test_a_line_without_an_end_is_not_held_without_end() -> None:
    chunks = (b"x" * 1000 for _ in range(10_000))
    assert list(lines_of(chunks, longest=LONGEST)) == []


@given(st.lists(st.binary(max_size=8)), st.lists(st.integers(0, 60), max_size=5))
def test_where_the_pieces_end_does_not_matter(texts: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(text.replace(b"\n", b"") + b"\n" for text in texts)
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[a:b] for a, b in pairwise(places)]
    assert read(*pieces) == [text.replace(b"\n", b"").strip() for text in texts]


def test_what_x_says_before_it_hangs_up_is_told() -> None:
    said = b'{"errors":[{"title":"operational-disconnect","detail":"Upstream, for reasons."}]}'
    with pytest.raises(NetworkDownError, match="X ends the stream: operational-disconnect"):
        _checked(said)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'{"data":{},"errors":[{"title":"a"}]}'])
def test_other_lines_are_passed_on(line: bytes) -> None:
    assert _checked(line) == line
