"""Text cut into words, and words folded to what they are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.language import fold, is_spaceless, tokens


def words(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain words, and 42.", ["plain", "words", "and", "42"]),
        ("C++, C# and F#; g++", ["c++", "c#", "and", "f#", "g++"]),
        ("a+b=c issue#1 foo+", ["a", "b", "c", "issue", "1", "foo"]),
        ("ASP.NET node.js v1.80", ["asp", "net", "node", "js", "v1", "80"]),
        ("zero-cost read_to_string", ["zero", "cost", "read", "to", "string"]),
        ("don't don\u2019t Rust's O'Reilly", ["dont", "dont", "rust", "oreilly"]),
        ("l'herbe d\u2019abord qu'il", ["herbe", "abord", "il"]),
        ("Café Cafe\u0301 Straße Ærø Łódź", ["cafe", "cafe", "strasse", "aero", "lodz"]),
        ("日本語 と Rust編集", ["日本", "本語", "語", "と", "rust", "編集", "集"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("shipped 🎉!", ["shipped", "🎉"]),
        ("", []),
        (" \n\t.,;", []),
    ],
)
def test_a_text_is_cut_into_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_word_says_where_it_stands() -> None:
    text = "Un d'œuf, c++ 日本"
    found = {token.text: text[token.start : token.end] for token in tokens(text)}

    assert found == {"un": "Un", "oeuf": "œuf", "c++": "c++", "日本": "日本", "本": "本"}


def test_a_very_long_word_is_cut_short() -> None:
    assert words("x" * 5000) == ["x" * 64]


@given(st.text())
def test_every_text_can_be_cut(text: str) -> None:
    before = 0
    for token in tokens(text):
        assert token.text == "".join(token.text.split())
        assert before <= token.start < token.end <= len(text)
        before = token.start


@given(st.text(alphabet=st.characters(categories=["L", "N"]), max_size=20))
def test_folding_twice_is_folding_once(word: str) -> None:
    assert fold(fold(word)) == fold(word)


def test_scripts_without_spaces_are_told() -> None:
    assert all(map(is_spaceless, ("日本", "コン", "ไทย", "한국")))
    assert not any(map(is_spaceless, ("rust", "हिन्दी", "слово", "c++", "")))
