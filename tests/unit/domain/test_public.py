"""What readers get of a comment, as it is kept."""

from datetime import UTC, datetime

import msgspec
import pytest

from pipeline.domain.public import Author, Place, Text, decode, encode, moment

AT = datetime(2026, 6, 1, 12, 30, 15, 250, tzinfo=UTC)
TEXT = Text(AT, Author("Ada", "/avatars/abcdefghijkl.svg", "https://ada.example"), "<p>\n</p>", AT)


def test_the_shape_that_rows_hold_changes_with_a_migration_alone() -> None:
    assert encode(TEXT) == (
        '{"at":"2026-06-01T12:30:15.000250Z","author":{"name":"Ada",'
        '"avatar":"/avatars/abcdefghijkl.svg","website":"https://ada.example"},'
        '"html":"<p>\\n</p>","edited_at":"2026-06-01T12:30:15.000250Z"}'
    )
    assert encode(Place(AT)) == '{"at":"2026-06-01T12:30:15.000250Z","removed":true}'


def test_what_is_not_known_is_left_out() -> None:
    text = Text(AT, Author("Ada", "/avatars/abcdefghijkl.svg"), "<p>Hello</p>")
    assert set(msgspec.json.decode(encode(text))) == {"at", "author", "html"}
    assert set(msgspec.json.decode(encode(text))["author"]) == {"name", "avatar"}


def test_a_text_is_read_back_to_the_microsecond() -> None:
    assert decode(encode(TEXT)) == TEXT
    assert moment(encode(TEXT)) == moment(encode(Place(AT))) == AT


def test_a_place_is_no_text() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(encode(Place(AT)))
