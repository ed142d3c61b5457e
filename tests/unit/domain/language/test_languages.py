"""Languages by code, their stems and stop words, and the language of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.language import (
    MINIMUM_SHOULD_MATCH,
    STEMMERS,
    UNKNOWN,
    detect,
    language_code,
    required,
    stems,
    stop_words,
)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("PT_br", "pt"),
        (" de ", "de"),
        ("nb-NO", "no"),
        ("zh-Hant", "zh"),
        ("", UNKNOWN),
        ("english", UNKNOWN),
        ("und", UNKNOWN),
        ("日本", UNKNOWN),
    ],
)
def test_a_stated_language_is_a_code(stated: str, code: str) -> None:
    assert language_code(stated) == code


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "compiling", "compiled"),
        ("de", "Häuser", "Hauses"),
        ("de", "München", "Muenchen"),
        ("fr", "mangeait", "mangeaient"),
        ("es", "canción", "canciones"),
        ("es", "cancion", "canción"),
        ("ru", "ссылки", "ссылка"),
        ("it", "gatto", "gatti"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, one: str, other: str) -> None:
    assert stems(one, language) & stems(other, language)


def test_other_words_share_none() -> None:
    assert not stems("compiler", "en") & stems("borrow", "en")
    assert stems("compilers", "zh") == stems("日本", "en") == stems("x", UNKNOWN) == frozenset()


@pytest.mark.parametrize("language", sorted(STEMMERS))
def test_every_language_has_its_stemmer(language: str) -> None:
    assert stems("word", language)


def test_stop_words_are_folded_as_queries_are() -> None:
    assert {"the", "dont", "about"} <= stop_words("en")
    assert {"fur", "uber", "und"} <= stop_words("de")
    assert not {"rust", "web", "value", "test", "|"} & stop_words("en")
    assert stop_words("ja") == stop_words(UNKNOWN) == stop_words("../en") == frozenset()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The compiler now checks borrowed references more precisely than before."),
        ("de", "Der Übersetzer prüft geliehene Verweise jetzt genauer als vorher."),
        ("fr", "Le compilateur vérifie maintenant les références et signale les erreurs."),
        ("ja", "このリリースではコンパイラの速度が大きく改善されました。"),
        ("zh", "这个版本改进了编译器的速度并且修复了很多错误。请大家试用。"),
    ],
)
def test_the_language_of_a_text_is_told(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "ok", " " * 100, "1234567890 1234567890 1234567890"])
def test_what_says_too_little_is_of_no_language(text: str) -> None:
    assert detect(text) == UNKNOWN


@given(st.text(max_size=50))
def test_every_text_has_a_language_or_none(text: str) -> None:
    assert detect(text) == UNKNOWN or len(detect(text)) == 2


def test_one_or_two_words_are_meant_and_of_more_two() -> None:
    assert [required(words) for words in range(6)] == [0, 1, 2, 2, 2, 2]
    assert MINIMUM_SHOULD_MATCH == "2<2"
