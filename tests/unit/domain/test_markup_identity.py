"""Names and websites of authors."""

import pytest

from pipeline.domain.markup import LIMITS, clean_name, clean_website
from pipeline.errors import InvalidEventError


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("  Ann\r\n  Lee\t", "Ann Lee"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("ad\u200bmin\u202egnp\u2069", "admingnp"),
        ("\ufeffA\u00adn\u2060n", "Ann"),
        ("a\x1b[31mb", "a[31mb"),
        ("\u2764\ufe0f x", "\u2764 x"),
        ("e\u200b\u0301", "\u00e9"),
        ("<b>Ann</b> & 'Bob'", "<b>Ann</b> & 'Bob'"),
        ("李小龍", "李小龍"),
        ("a\u2028b", "a b"),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_name_is_one_line_that_can_be_seen(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    "name", ["", " \n", "\u200b\u200d", "\u3164", "\u2800", "\u202e", "\U000e0061"]
)
def test_a_name_nobody_can_see_is_refused(name: str) -> None:
    with pytest.raises(InvalidEventError, match=r"author\.name is empty"):
        clean_name(name)


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidEventError, match="81 characters, at most 80"):
        clean_name("x" * 81)


@pytest.mark.parametrize("name", ["a\0", "a\udc00"])
def test_a_name_that_cannot_be_stored_is_refused(name: str) -> None:
    with pytest.raises(InvalidEventError, match=r"author\.name has"):
        clean_name(name)


def test_a_name_cannot_tower_over_its_line() -> None:
    assert len(clean_name("a" + "\u0316" * 200)) == 1 + LIMITS.marks


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "https://a.example/b/?c=d&e=%20#f",
        "HTTPS://A.example:8443/",
        "https://münchen.example/straße",
        "http://192.0.2.1/",
        "http://localhost:8000/",
        "https://a.example/@ann",
        "https://a.example.",
    ],
)
def test_a_web_address_is_kept(url: str) -> None:
    assert clean_website(f" {url}\n") == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "a.example",
        "//a.example",
        "https:a.example",
        "https://",
        "https:///a",
        "ftp://a.example",
        "javascript:alert(1)",
        "https://ann:secret@a.example",
        "https://ann@a.example",
        "https://a.example:99999",
        "https://a.example:x",
        "https://a..example",
        "https://-a.example",
        "https://[::1",
        "https://a.example/b c",
        "https://a.exam\tple",
        'https://a.example/"b',
        "https://a.example/'b",
        "https://a.example/<b>",
        "https://a.example\\b",
        "https://a.example/\u202eb",
        "https://a.example/\ud800",
        "https://a.example/\0",
        "https://a\uff0fb.example",
        "https://a.example/" + "b" * 300,
    ],
)
def test_anything_else_is_left_out(url: str | None) -> None:
    assert clean_website(url) is None
