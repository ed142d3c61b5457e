"""The small tables say what the library says."""

from string import ascii_letters

from confusable_homoglyphs.confusables import confusables_data, is_confusable

from pipeline.domain.moderation.look_alikes import look_alikes

SINGLE = [one for one in confusables_data if len(one) == 1 and not one.isascii()]


def test_a_letter_stands_for_each_character_that_is_called_like_one() -> None:
    first = {
        one: next((like["c"] for like in confusables_data[one] if like["c"] in ascii_letters), None)
        for one in SINGLE
    }
    assert look_alikes().letters == {one: letter for one, letter in first.items() if letter}


def test_the_foreign_ones_are_those_that_the_library_calls_confusable_with_latin() -> None:
    confusable = {one for one in SINGLE if is_confusable(one, preferred_aliases=["latin"])}
    assert look_alikes().latin == confusable
    assert "\u0430" in confusable  # Cyrillic "a"
    assert "\u00e9" not in confusable  # Latin itself
