"""Signals that search the text and the name for listed phrases."""

import re

from pipeline.domain.moderation.case import Case
from pipeline.domain.moderation.signal import MISS, Finding, Rule, hit
from pipeline.domain.moderation.text import surface
from pipeline.domain.moderation.words import Match, certainty, shipped

_ADDRESS = re.compile(
    r"https?:|www\.|[a-z0-9-]\.(?:com|net|org|info|biz|shop|xyz|online|site)\b", re.IGNORECASE
)
# Praise in a text longer than this speaks of the post itself.
_PRAISE_WORDS = 25


def word_list(case: Case) -> Finding:
    """Phrases of the spam lists: the more and the surer, the higher the score."""
    if not case.matches:
        return MISS
    return hit(certainty(case.matches), *map(_quote, case.matches))


def homoglyph(case: Case) -> Finding:
    """Listed phrases that only show once look-alikes and invisible characters are undone."""
    disguised = [match for match in case.matches if match.disguised]
    return hit(certainty(disguised), *map(_quote, disguised)) if disguised else MISS


def name_is_keyword(case: Case) -> Finding:
    """A name that advertises: it is what a comment's link text becomes."""
    name = case.facts.name
    if _ADDRESS.search(name):
        return hit(1.0, name)
    found = case.find(name) + shipped("names").find(surface(name), None)
    return hit(certainty(found), name, *map(_quote, found)) if found else MISS


def empty_praise(case: Case) -> Finding:
    """Praise that fits under any post, with an address to carry along."""
    if not case.addresses or len(case.tokens) > _PRAISE_WORDS:
        return MISS
    found = shipped("praise").find(surface(case.prose), None)
    return hit(certainty(found), *map(_quote, found)) if found else MISS


def _quote(match: Match) -> str:
    kind = f"{match.phrase.list_name}, disguised" if match.disguised else match.phrase.list_name
    return f"{match.phrase.text} ({kind})"


PHRASES = (
    Rule("word_list", 1, 0.8, "it uses words of spam", word_list),
    Rule("homoglyph", 1, 0.5, "it disguises words of spam", homoglyph),
    Rule("name_is_keyword", 1, 0.5, "the name advertises", name_is_keyword),
    Rule("empty_praise", 1, 0.25, "it praises without a subject and links", empty_praise),
)
