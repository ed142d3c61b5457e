"""What a word that hardly any post has was probably meant to be."""

from pipeline.domain.language import fold
from pipeline.index.fts5.vocabulary import Vocabulary, best

RARE = 1
"""Posts up to which a known word may be a typo, too: somebody made it before."""
MORE_COMMON = 10
"""How many times more posts the word must be in that was meant."""
MOST_MISSPELT = 4
"""Known words that one typo may stand for."""


def meant(folded: str, posts: int, vocabulary: Vocabulary) -> list[str]:
    """The words that are one typo away, the most used first; `posts` have it as it stands."""
    near = vocabulary.near(folded, within=1)
    least = max(1, posts * MORE_COMMON)
    return [each.word for each in near if each.posts >= least][:MOST_MISSPELT]


def correction(typed: str, halves: tuple[str, ...], vocabulary: Vocabulary) -> str | None:
    """What an unknown word most likely is, at two typos at most; the space in `halves` is one."""
    folded = fold(typed)
    if near := best(vocabulary.near(folded, within=1)):
        return near.word
    if halves:
        return " ".join(halves)
    far = best(vocabulary.near(folded, within=2))
    return far.word if far else None
