"""What is left of every known attack, judged by its structure alone."""

import html
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from pipeline.domain.markup import LIMITS, clean_name, clean_website, render
from pipeline.errors import InvalidEventError
from tests.browser.corpus import Vector, vectors

VOID = {"br", "hr"}
TAGS = {*VOID, "p", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
SCHEMES = {"http", "https", "mailto"}
REL = "nofollow ugc noopener noreferrer"
CORPUS = vectors()


class Inspector(HTMLParser):
    """Collects whatever is not allowed to stand in a comment."""

    def __init__(self) -> None:
        super().__init__()
        self.offences: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.offences += [] if tag in TAGS else [f"<{tag}>"]
        self.offences += [
            f"{name}={value!r}" for name, value in attrs if not allowed(tag, name, value)
        ]
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.offences.append(f"stray </{tag}>")

    def handle_comment(self, data: str) -> None:
        self.offences.append(f"comment {data!r}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def allowed(tag: str, name: str, value: str | None) -> bool:
    if (tag, name) == ("a", "href"):
        return urlsplit(value or "").scheme in SCHEMES
    return (tag, name, value) == ("a", "rel", REL) or (
        (tag, name) == ("ol", "start") and (value or "").isdecimal()
    )


def offences(markup: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(markup)
    inspector.close()
    return [*inspector.offences, *inspector.open]


def test_the_inspector_sees_what_is_not_allowed() -> None:
    cases = [
        "<img>",
        "<p onclick=x>",
        "<a href=javascript:x>x</a>",
        "<p>",
        "</p>",
        "<!--x-->",
        "<?x>",
    ]

    assert all(offences(case) for case in cases)


def test_the_corpus_is_broad() -> None:
    assert len({vector.text for vector in CORPUS}) == len(CORPUS) >= 150
    assert len({vector.name for vector in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("vector", CORPUS, ids=lambda vector: vector.name)
def test_an_attack_leaves_only_allowed_markup_name_and_website(vector: Vector) -> None:
    assert offences(shown(vector.text)) == []
    check_author(vector.text[: LIMITS.name])


def test_few_attacks_are_refused_rather_than_shown() -> None:
    refused = [vector.name for vector in CORPUS if not shown(vector.text)]

    assert 0 < len(refused) < 0.03 * len(CORPUS)


def shown(text: str) -> str:
    try:
        return render(text).html
    except InvalidEventError:
        return ""


def check_author(text: str) -> None:
    website = clean_website(text)
    assert website is None or urlsplit(website).scheme in {"http", "https"}
    assert website is None or not set(website) & set("\"'`<>\\ \t\r\n")
    try:
        name = clean_name(text)
    except InvalidEventError:
        return
    assert name.isprintable()
    assert offences(f"<p>{html.escape(name)}</p>") == []
