"""Words that others write as one, and the other way round: "web socket" and "websocket"."""

from collections.abc import Callable, Container, Sequence
from itertools import pairwise

from pipeline.domain.language import fold
from pipeline.domain.search.synonyms import Slot

MOST_SLOTS = 4
"""Of a longer query, two words are enough: one that is written otherwise is not missed."""

SHORTEST_HALF = 3
"""Letters of a word that a missing space made part of another: shorter ones are in every word."""
LONGEST_WHOLE = 30
"""Letters of what may be two words."""


def halves(word: str) -> list[tuple[str, str]]:
    """Each two words that a folded one may be without the space between them."""
    if not word.isalpha() or len(word) > LONGEST_WHOLE:
        return []
    ends = range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
    return [(word[:at], word[at:]) for at in ends]


def as_one(
    slots: Sequence[Slot], known: Callable[[Sequence[str]], Container[str]]
) -> tuple[Slot, ...]:
    """The parts of a query, each of two neighbours also found by the one word they make.

    `known`: which of the words some post has. A word with synonyms, or one that the reader is still
    typing, is left as it is.
    """
    if not 1 < len(slots) <= MOST_SLOTS:
        return tuple(slots)
    plain = [_plain(slot) for slot in slots]
    made = ["".join(pair) if all(pair) else "" for pair in pairwise(plain)]
    there = known([word for word in made if word])
    kept = [word if word and word in there else "" for word in made]
    return tuple(
        slot._replace(others=tuple((word,) for word in dict.fromkeys(near) if word))
        if any(near)
        else slot
        for slot, near in zip(slots, zip(["", *kept], [*kept, ""], strict=True), strict=True)
    )


def _plain(slot: Slot) -> str:
    """The slot's one word of letters alone, folded; "" where it is something else."""
    if slot.others or len(slot.words) != 1 or slot.words[0].prefix:
        return ""
    word = fold(slot.words[0].text)
    return word if word.isalpha() else ""
