"""A reader's query as the index is asked: each word with all the forms it may stand in.

What means the same as a word is one more of its forms; several words that mean the same as one are
another way to it.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from pipeline.domain.language import Token, fold, is_spaceless, stop_words, tokens
from pipeline.domain.search import Phrase, Query, Word
from pipeline.domain.search.spacing import as_one
from pipeline.domain.search.synonyms import Slot, Synonyms
from pipeline.index.fts5 import spelling
from pipeline.index.fts5.analysis import as_written
from pipeline.index.fts5.vocabulary import Vocabulary

OTHER_FORM = 0.85
"""What another form of the word counts, against the word itself."""
ENDING = 0.6
"""What a word counts that the typed beginning may become."""
TYPO = 0.5
"""What a word counts that differs by one typo."""
SYNONYM = 0.8
"""What a word counts that means the same."""

Sequence = tuple[str, ...]
"""Words that must stand side by side in one field."""


class Unit(NamedTuple):
    """One thing that is asked for: any of the words (with what each counts), the sequence, or all
    units of one of the ways."""

    words: tuple[tuple[str, float], ...]
    sequence: Sequence = ()
    typed: str = ""
    """As the reader wrote it, where it may be a typo."""
    ways: tuple["Way", ...] = ()

    def parts(self) -> Iterator["Unit"]:
        """Itself, and the units of its ways."""
        yield self
        for way in self.ways:
            for unit in way.units:
                yield from unit.parts()


class Way(NamedTuple):
    """Units that stand for one where all are there, and what they count then."""

    units: tuple[Unit, ...]
    part: float


class Asked(NamedTuple):
    """What is asked for: `units` are counted and ranked by, all `phrases` must be there."""

    units: tuple[Unit, ...] = ()
    phrases: tuple[Sequence, ...] = ()
    without: tuple[Unit, ...] = ()

    @property
    def terms(self) -> frozenset[str]:
        """Every single word that makes a post match."""
        return frozenset(word for unit in self._parts() for word, _ in unit.words)

    @property
    def sequences(self) -> tuple[Sequence, ...]:
        """Every sequence that makes a post match."""
        return (*(unit.sequence for unit in self._parts() if unit.sequence), *self.phrases)

    def _parts(self) -> Iterator[Unit]:
        return (part for unit in self.units for part in unit.parts())


def asked(query: Query, vocabulary: Vocabulary, synonyms: Synonyms, *, forgive: bool) -> Asked:
    """Look up a query's words. `forgive`: a word that nobody knows may be a typo of one."""
    stop = frozenset[str]().union(*map(stop_words, vocabulary.languages))
    meant = [word for word in query.words if fold(word.text).replace("'", "") not in stop]
    if not meant and not query.phrases:
        meant = list(query.words)
    slots = as_one(synonyms.slots(meant), vocabulary.posts)
    units = [unit for slot in slots for unit in _slot(slot, vocabulary, forgive=forgive)]
    phrases = (sequence(" ".join(phrase.words)) for phrase in query.phrases)
    return Asked(
        units=tuple(dict.fromkeys(units)),
        phrases=tuple(dict.fromkeys(filter(None, phrases))),
        without=tuple(_barred(each, vocabulary) for each in query.without),
    )


def sequence(text: str) -> Sequence:
    """The words of a phrase. A run without spaces at its end goes on in the post, maybe."""
    words = [token.text for token in tokens(text)]
    if len(words) > 1 and is_spaceless(words[-1]) and is_spaceless(words[-2]):
        words.pop()
    return tuple(words)


def _slot(slot: Slot, vocabulary: Vocabulary, *, forgive: bool) -> Iterator[Unit]:
    """What a part of the query asks for: its words one by one, or one unit for all that means it."""
    if not slot.others:
        for word in slot.words:
            yield from _units(word, vocabulary, forgive=forgive)
        return
    words: dict[str, float] = {}
    ways: list[Way] = []
    # Whoever wrote the word into a rule knows it: it is no typo.
    for run, part in ((slot.words, 1.0), *((map(Word, other), SYNONYM) for other in slot.others)):
        units = [unit for word in run for unit in _units(word, vocabulary, forgive=False)]
        if len(units) == 1 and not units[0].sequence:
            weighed = {form: part * worth for form, worth in units[0].words}
            words = weighed | {form: max(words[form], weighed.get(form, 0.0)) for form in words}
        elif units:
            ways.append(Way(tuple(units), part))
    yield Unit(tuple(sorted(words.items())), ways=tuple(ways))


def _units(word: Word, vocabulary: Vocabulary, *, forgive: bool) -> Iterator[Unit]:
    """What a typed word asks for: "zero-cost" for two words side by side, 日本語 for two pairs."""
    for spaceless, run in groupby(_pieces(word.text), key=lambda piece: is_spaceless(piece.text)):
        pieces = list(run)
        if spaceless:
            yield from (_pair(piece.text, vocabulary) for piece in pieces)
        elif len(pieces) > 1:
            parts = tuple(piece.text for piece in pieces)
            yield _joint(parts, vocabulary, prefix=word.prefix)
        else:
            yield _single(word, pieces[0], vocabulary, forgive=forgive)


def _pieces(text: str) -> list[Token]:
    """The words in a typed word, without the last character that each run without spaces ends in."""
    found = list(tokens(text))
    return [
        token
        for before, token in zip([None, *found], found, strict=False)
        if before is None or before.end != token.end
    ]


def _pair(piece: str, vocabulary: Vocabulary) -> Unit:
    """Two characters as they are; one alone is the beginning of a pair."""
    if len(piece) > 1:
        return Unit(((piece, 1.0),))
    return Unit(tuple((word, 1.0) for word in sorted({piece, *vocabulary.endings(piece)})))


def _joint(parts: Sequence, vocabulary: Vocabulary, *, prefix: bool) -> Unit:
    """ "e-mail": both words side by side, or the word they make."""
    together = "".join(parts)  # of letters alone, as the index joins them: 1.0 is not 10
    words = ((together, 1.0),) if together.isalpha() and vocabulary.posts([together]) else ()
    if prefix and not vocabulary.posts(parts[-1:]):
        parts = (*parts[:-1], *vocabulary.endings(parts[-1])[:1])
    return Unit(words, sequence=parts)


def _single(word: Word, piece: Token, vocabulary: Vocabulary, *, forgive: bool) -> Unit:
    folded = piece.text
    counts = dict.fromkeys(vocabulary.forms(folded, as_written(word.text, piece)), OTHER_FORM)
    counts[folded] = 1.0
    if word.prefix:
        counts = dict.fromkeys(vocabulary.endings(folded), ENDING) | counts
    known = vocabulary.posts(counts)
    forms = {each: counts[each] for each in known}
    common = sum(known.values())
    if not forgive or common > spelling.RARE:
        return Unit(tuple(sorted(forms.items())), typed="" if known else word.text)
    meant = spelling.meant(folded, common, vocabulary)
    if not meant and not known:
        return Unit((), sequence=vocabulary.halves(folded), typed=word.text)
    counted = dict.fromkeys(meant, TYPO) | forms
    return Unit(tuple(sorted(counted.items())), typed=word.text if meant else "")


def _barred(each: Word | Phrase, vocabulary: Vocabulary) -> Unit:
    if isinstance(each, Phrase):
        return Unit((), sequence=sequence(" ".join(each.words)))
    words = sequence(each.text)
    if len(words) != 1:
        return Unit((), sequence=words)
    return Unit(tuple((form, 1.0) for form in vocabulary.forms(words[0], each.text)))
