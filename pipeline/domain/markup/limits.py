"""How much markup a comment may hold, so that none takes longer than 50 ms to render."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts. Each bounds a cost that grows with the square of the input, or faster.

    characters: length of the text as sent
    at_signs: for each e-mail address the parser takes one stack frame and one pass over the rest
    depth: elements inside one another; the cleaner walks up all of them at each new paragraph
    marks: combining marks in a row; normalising sorts each run of them. 30 is the limit of the
        Stream-Safe Text Format (Unicode Standard Annex 15, UAX15-D3), above any language's need.
    name: length of an author's name, after cleaning
    website: length of a website's address
    """

    characters: int = 16_384
    at_signs: int = 256
    depth: int = 32
    marks: int = 30
    name: int = 80
    website: int = 300


LIMITS = Limits()
