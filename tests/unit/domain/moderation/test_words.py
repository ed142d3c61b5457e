"""The shipped lists, and the search for their phrases."""

from collections import Counter

import pytest

from pipeline.domain.moderation.text import skeleton, surface
from pipeline.domain.moderation.words import SPAM_LISTS, Matcher, Phrase, entries, read_list

ALL_LISTS = (*SPAM_LISTS, "praise", "names")


@pytest.mark.parametrize("name", ALL_LISTS)
def test_every_phrase_of_a_shipped_list_has_words_and_a_weight(name: str) -> None:
    phrases = list(read_list(name))

    assert phrases
    assert all(0 < phrase.weight <= 1 and surface(phrase.text).strip() for phrase in phrases)


def test_no_phrase_stands_in_two_spam_lists() -> None:
    counts = Counter(skeleton(p.text) for name in SPAM_LISTS for p in read_list(name))

    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", ["shorteners", "solicitations", "endings"])
def test_host_lists_are_lower_case_and_free_of_repeats(name: str) -> None:
    hosts = list(entries(name))

    assert all(host == host.lower().strip() for host in hosts)
    assert len(hosts) == len(set(hosts))


def test_phrases_match_whole_words_only() -> None:
    matcher = Matcher([Phrase("sub back", "x", 0.5), Phrase("loan*", "x", 0.4)])

    def found(text: str) -> list[str]:
        return [match.phrase.text for match in matcher.find(surface(text), None)]

    assert found("I'll SUB,  back!") == ["sub back"]
    assert found("a sub backup") == []
    assert found("loaned loans") == ["loan*"]
    assert found("reloan") == []


def test_a_matcher_without_phrases_finds_nothing() -> None:
    assert Matcher([Phrase("---", "x", 0.5)]).find(surface("---"), skeleton("---")) == ()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Café", "cafe"),
        ("\u0440\u0430\u0443\u0440\u0430l", "paypal"),
        ("p a y p a l now", "paypal now"),
        ("a b c", "a b c"),
        ("m0ney $$$ 100", "money 100"),
        ("fr\u00adee", "free"),
        ("й", "и"),
    ],
)
def test_a_skeleton_is_what_the_eye_takes_in(text: str, seen: str) -> None:
    assert skeleton(text) == skeleton(seen)
