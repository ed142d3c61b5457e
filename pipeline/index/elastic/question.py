"""A search, with what the index teaches of it: which words mean something, which were misspelt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from pipeline.domain.language import fold, required, stop_words
from pipeline.domain.search import Search, Word
from pipeline.domain.search.spacing import as_one
from pipeline.domain.search.synonyms import Slot, Synonyms

_FEEDBACK_FROM = 5
"""Words from which a query is a description of what is sought, and the best hits can add to it."""


class Correction(NamedTuple):
    """What a misspelt word may have meant; `weight` in 0..1."""

    text: str
    weight: float


@dataclass(frozen=True)
class Question:
    """One search, as far as its answer is known to need it."""

    asked: Search
    languages: Sequence[str]
    """Those of the site's posts."""
    synonyms: Synonyms
    corrections: Mapping[str, Sequence[Correction]] = field(default_factory=dict)
    """By word as typed."""
    loose: bool = False
    """One word is enough: nothing had as many as it should."""
    likes: Sequence[Mapping[str, str]] = ()
    """The best hits so far: what tells them apart adds to the query (pseudo-relevance feedback)."""

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words that mean something; all, where none does and there is no phrase."""
        stop = frozenset[str]().union(*map(stop_words, self.languages))
        query = self.asked.query
        meant = tuple(
            word
            for word in query.words
            if word.prefix or fold(word.text).replace("'", "") not in stop
        )
        return meant if meant or query.phrases else query.words

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The words with what else may stand for them: a word that no post has costs nothing."""
        return as_one(self.synonyms.slots(self.words), frozenset)

    @property
    def can_do_without(self) -> bool:
        """Whether there can be hits that lack one of the words."""
        return required(len(self.words)) < len(self.words)

    @property
    def can_loosen(self) -> bool:
        """Whether there can be more hits where one word is enough."""
        return required(len(self.words)) > 1

    @property
    def feeds_back(self) -> bool:
        """Whether the best hits' words shall be added."""
        return len(self.words) >= _FEEDBACK_FROM

    def loosely(self) -> "Question":
        """The same, but that one word is enough."""
        return replace(self, loose=True)
