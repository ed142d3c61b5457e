"""Weighted phrase lists, and the search for all their phrases in one walk over a text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import prod
from typing import NamedTuple

from ahocorasick import Automaton

from pipeline.domain.moderation.text import skeleton, surface

SPAM_LISTS = (
    "adult",
    "bait",
    "casino",
    "crypto",
    "loans",
    "money",
    "pharma",
    "promotion",
    "replica",
    "seo",
)


class Phrase(NamedTuple):
    """A phrase of a list. `weight` (0..1) is how sure one occurrence makes us."""

    text: str
    list_name: str
    weight: float


class Match(NamedTuple):
    """A phrase found; `disguised` where only the text's skeleton shows it."""

    phrase: Phrase
    disguised: bool


@dataclass(frozen=True, slots=True)
class WordList:
    """A site's own list. A phrase may end in * to match every word that begins so."""

    name: str
    weight: float
    phrases: tuple[str, ...]


class Matcher:
    """All phrases of some lists, compiled (Aho and Corasick 1975): one walk finds them all."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._written = Automaton()
        self._seen = Automaton()
        for phrase in phrases:
            _add(self._written, phrase, surface(phrase.text))
            _add(self._seen, phrase, skeleton(phrase.text))
        self._written.make_automaton()
        self._seen.make_automaton()

    def find(self, written: str, seen: str | None) -> tuple[Match, ...]:
        """Each phrase once, heaviest first, in a text's surface and, unless None, its skeleton."""
        plain = _found(self._written, written)
        masked = _found(self._seen, seen) - plain if seen is not None else set()
        matches = [Match(p, disguised=False) for p in plain]
        matches += [Match(p, disguised=True) for p in masked]
        return tuple(sorted(matches, key=lambda match: (-match.phrase.weight, match.phrase.text)))


def certainty(matches: Iterable[Match]) -> float:
    """How sure several finds make us together, 0..1: the noisy-or of their weights."""
    return 1.0 - prod(1.0 - match.phrase.weight for match in matches)


@cache
def shipped(*names: str) -> Matcher:
    """The lists of these names that come with the package."""
    return Matcher(phrase for name in names for phrase in read_list(name))


@lru_cache(maxsize=64)
def compiled(lists: tuple[WordList, ...]) -> Matcher:
    """A site's own lists."""
    return Matcher(
        Phrase(text, words.name, words.weight) for words in lists for text in words.phrases
    )


def read_list(name: str) -> Iterator[Phrase]:
    """A shipped list: a phrase a line, "= weight" behind it where it differs from `default`."""
    default = 0.0
    for line in entries(name):
        text, _, weight = (part.strip() for part in line.partition("="))
        if text == "default":
            default = float(weight)
        else:
            yield Phrase(text, name, float(weight) if weight else default)


@cache
def word_sets(name: str) -> Mapping[str, frozenset[str]]:
    """A shipped file of "kind: words" lines; a kind may go on over several lines."""
    sets: dict[str, frozenset[str]] = {}
    for line in entries(name):
        kind, _, words = line.partition(":")
        sets[kind] = sets.get(kind, frozenset()) | frozenset(words.split())
    return sets


def entries(name: str) -> Iterator[str]:
    """The lines of a shipped data file, without comments and empty lines."""
    for line in (files(__package__) / "data" / f"{name}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _add(automaton: Automaton, phrase: Phrase, words: str) -> None:
    key = words.strip()
    if not key:
        return
    # Scripts without case mostly write without spaces (Han, Kana, Thai): no word edge to ask for.
    start = "" if _has_no_case(key[0]) else " "
    end = "" if phrase.text.endswith("*") or _has_no_case(key[-1]) else " "
    automaton.add_word(f"{start}{key}{end}", phrase)


def _has_no_case(letter: str) -> bool:
    return letter.isalpha() and letter.lower() == letter.upper()


def _found(automaton: Automaton, words: str) -> set[Phrase]:
    return {phrase for _, phrase in automaton.iter(words)} if len(automaton) else set()
