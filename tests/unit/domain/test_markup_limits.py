"""No text is slow to render."""

import unicodedata
from contextlib import suppress

import pytest

from pipeline.domain.markup import LIMITS, render
from pipeline.errors import InvalidEventError
from tests.support.effort import effort

SIZE = LIMITS.characters
SECONDS = 0.25
"""Five times the promised 50 ms, since machines differ; without limits some take a second."""


def filled(unit: str) -> str:
    return (unit * (SIZE // len(unit) + 1))[:SIZE]


# Every construct that opens something, repeated as often as fits, and those that took longest when
# short sequences of such tokens were tried at random.
FLOODS = {
    "quotes": filled(">"),
    "quotes with spaces": filled("> "),
    "quotes with tabs": filled(">\t"),
    "quotes deep as allowed": filled(">" * 30 + "a\n"),
    "lazy quotes": ">" * 30 + "a\n" + filled("a\n")[: SIZE - 40],
    "lists in one line": filled("- ") + "a",
    "numbered lists in one line": filled("1. ") + "a",
    "lists by indentation": "\n".join("  " * depth + "- a" for depth in range(120)),
    "loose lists": filled("- a\n\n"),
    "empty list items": filled("*\n"),
    "thematic breaks": filled("***\n") + "a",
    "brackets": filled("["),
    "closed brackets": filled("[]"),
    "links": filled("[a](https://b.example)"),
    "unclosed links": filled("[a](<b"),
    "images": filled("!["),
    "image links": filled("![](https://a.example)"),
    "reference definitions": "\n".join(f"[{number}]: /a" for number in range(1300)),
    "same reference": "[a]: /" + "b" * (SIZE // 2) + "\n\n" + "[a]" * (SIZE // 6 - 10),
    "stars": filled("*"),
    "stars with text": filled("*a **a "),
    "emphasis opened and closed": "**a *b " * 1000 + "c* d** " * 1000,
    "underscores": filled("a_"),
    "tildes": filled("~a~~b"),
    "backticks of all lengths": "".join("a" + "`" * count for count in range(1, 175)),
    "fences": filled("```\n"),
    "html tags": filled("<div>"),
    "html comments": filled("a <!-- "),
    "processing instructions": filled("a <?"),
    "declarations": filled("a <!A "),
    "cdata": filled("a <![CDATA["),
    "unclosed attributes": filled('<a b="'),
    "left chevrons": filled("<"),
    "ampersands": filled("&"),
    "entities": filled("&amp;"),
    "entity after address": "www.a.example" + filled("&a;")[:-20],
    "bare addresses": filled("www.a.example "),
    "schemes": filled("http://a"),
    "brackets after address": "www.a.example" + filled(")")[:-20],
    "addresses cut by tags": filled("ftp://www.<!--<!--"),
    "mail addresses": filled("a@b.c "),
    "at signs": filled("@"),
    "backslashes": filled("\\"),
    "marks": "a" + filled("\u0301")[1:],
    "marks of two classes": filled("\u0315\u0300"),
    "marks that decompose": filled("\u0f73"),
    "letters that decompose": filled("\ufb2c"),
    "long words": filled("a"),
    "line ends": filled("\n") + "a",
    "emoji": filled("\U0001f600"),
}


@pytest.mark.parametrize("text", FLOODS.values(), ids=FLOODS.keys())
def test_no_flood_takes_long(text: str) -> None:
    def render_or_refuse() -> None:
        with suppress(InvalidEventError):
            render(text[:SIZE])

    assert effort(render_or_refuse) < SECONDS


def test_a_text_as_long_as_allowed_is_rendered() -> None:
    assert len(render("a" * SIZE).plain) == SIZE


def test_a_longer_text_is_refused() -> None:
    with pytest.raises(InvalidEventError, match=f"has {SIZE + 1} characters, at most {SIZE}"):
        render("a" * (SIZE + 1))


@pytest.mark.parametrize(
    "text",
    [
        ">" * 32 + "a",
        ">" * 15 + "- " * 8 + "a",
        "```\n" + ">" * 4000 + "\n```",
        "- " * 4000,
        "\\>" * 4000,
    ],
    ids=["quotes", "lists count twice", "quotes in code", "thematic break", "escaped"],
)
def test_nesting_counts_only_where_it_is_nesting(text: str) -> None:
    assert render(text + "\n\nb").plain.endswith("b")


@pytest.mark.parametrize("text", [">" * 33 + "a", "- " * 17 + "a", "**a *b " * 17 + "c* d** " * 17])
def test_deeper_nesting_is_refused(text: str) -> None:
    with pytest.raises(InvalidEventError, match="more than 32 deep"):
        render(text)


def test_too_many_at_signs_are_refused() -> None:
    assert render("@" * LIMITS.at_signs)
    with pytest.raises(InvalidEventError, match=f"more than {LIMITS.at_signs} signs @"):
        render("@" * (LIMITS.at_signs + 1))


def test_marks_beyond_any_language_are_dropped() -> None:
    plain = render("a" + "\u0316" * 100 + "b" + "\u0316" * 30).plain

    assert plain == "a" + "\u0316" * 30 + "b" + "\u0316" * 30


def test_marks_are_counted_anew_after_each_letter() -> None:
    hindi = "हिन्दी में टिप्पणी " * 20

    assert render(hindi).plain == unicodedata.normalize("NFC", hindi.strip())
