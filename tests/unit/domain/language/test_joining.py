"""Words of two parts as one: which are, and where they stand."""

import pytest

from pipeline.domain.language import joined


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Free Wi-Fi, node.js and an e\u2010mail.", ["wifi", "nodejs", "email"]),
        ("A zero\u2011cost idea (type-safe)", ["zerocost", "typesafe"]),
        ("Café-Crème", ["cafecreme"]),
        ("Version 1.0, x86-64, utf-8", []),
        ("rock-paper-scissors, www.example.com", []),
        ("ann@example.com, https://example.com/a-b", []),
        ("first.last@example", []),
        ("end. Next", []),
        ("half-", []),
        ("x" * 20 + "-" + "y" * 20, []),
    ],
)
def test_two_parts_of_letters_are_one_word(text: str, words: list[str]) -> None:
    assert [token.text for token in joined(text)] == words


def test_it_stands_where_its_parts_stand() -> None:
    (found,) = joined("Use Wi-Fi now")
    assert "Use Wi-Fi now"[found.start : found.end] == "Wi-Fi"
