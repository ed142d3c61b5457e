"""What strangers write stays dead in a real browser."""

import html
from pathlib import Path

import pytest

from pipeline.domain.markup import clean_name, clean_website, render
from pipeline.errors import InvalidEventError
from tests.browser.corpus import Vector, vectors
from tests.browser.judge import Fragment, judge

pytestmark = pytest.mark.browser


def shown_text(vector: Vector) -> list[Fragment]:
    try:
        return [Fragment(f"{vector.name} as text", render(vector.text).html)]
    except InvalidEventError:
        return []


def shown_author(vector: Vector) -> list[Fragment]:
    website = clean_website(vector.text)
    try:
        name = html.escape(clean_name(vector.text[:80]))
    except InvalidEventError:
        return []
    # A double-quoted, a single-quoted and a text position: all that a template may use.
    link = f'<a href="{html.escape(website)}">{name}</a>' if website else name
    return [Fragment(f"{vector.name} as author", f"<b title='{name}'>{link}</b>")]


def test_no_attack_is_alive_as_text_name_or_website(chromium: Path, tmp_path: Path) -> None:
    shown = [part for vector in vectors() for part in [*shown_text(vector), *shown_author(vector)]]

    assert judge(chromium, shown, tmp_path) == []
    assert len(shown) > 1.8 * len(vectors())


def test_the_judge_finds_uncleaned_attacks_alive(chromium: Path, tmp_path: Path) -> None:
    raw = [Fragment(vector.name, vector.text) for vector in vectors()[::3]]

    found = judge(chromium, raw, tmp_path)

    alive = {finding.fragment for finding in found}
    running = {finding.fragment for finding in found if finding.what == "calls pwn"}
    assert len(alive) > 60
    assert len(running) > 30
    assert {finding.place for finding in found} == {"server", "innerHTML"}


def test_the_judge_sees_each_kind_of_life(chromium: Path, tmp_path: Path) -> None:
    cases = {
        "calls alert": "<script>alert(1)</script>",
        "calls fetch": "<script>fetch('/x')</script>",
        "calls XMLHttpRequest": "<script>new XMLHttpRequest().open('GET', '/x')</script>",
        "calls Image": "<script>new Image()</script>",
        "handler onclick on <p>": "<p onclick='void 0'>x</p>",
        "protocol javascript: in href on <a>": "<a href='javascript:1'>x</a>",
        "attribute id on <p>": "<p id=x>x</p>",
        "loads <img>": "<img src=missing.png>",
        "element <form>": "<form></form>",
        "breaks out of its place": "</section><p>x</p>",
    }

    found = judge(chromium, [Fragment(what, markup) for what, markup in cases.items()], tmp_path)

    assert {finding.fragment for finding in found if finding.what == finding.fragment} == set(cases)


def test_elements_a_page_brings_itself_can_be_expected(chromium: Path, tmp_path: Path) -> None:
    form = Fragment("status page", "<form id='status' action='/comments'><p>Thank you</p></form>")

    assert judge(chromium, [form], tmp_path, expected=["form"]) == []
