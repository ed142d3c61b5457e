"""A site's synonyms, in Solr's format, one rule per line:

    js, javascript, ecmascript          each is found by any of them
    k8s, kube => kubernetes             the left is searched as the right
    # a comment

They are applied to the query, the same for every engine, so a changed file needs no reindexing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.domain.language import fold
from pipeline.domain.search.query import Word

Run = tuple[str, ...]
"""Words in a row."""

MOST_RULES = 10_000
_COMMA = re.compile(r"(?<!\\),")


class Slot(NamedTuple):
    """A part of a query that counts as one word: `words` as typed (none where a rule replaces them),
    or all words of one of the `others`."""

    words: tuple[Word, ...]
    others: tuple[Run, ...] = ()


class Synonyms:
    """Rules by what is typed. Never raises: `problems` says which lines were left out, and why."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.problems: list[str] = []
        self._rules: dict[Run, dict[Run, None]] = {}
        self._replaced: set[Run] = set()
        for number, line in enumerate(lines, 1):
            self._read(number, line.partition("#")[0].strip())
        self._longest = max(map(len, self._rules), default=0)

    @property
    def rules(self) -> Mapping[Run, Sequence[Run]]:
        """What may stand for each run of folded words."""
        return {run: tuple(others) for run, others in self._rules.items()}

    def slots(self, words: Sequence[Word]) -> tuple[Slot, ...]:
        """The words of a query, in order; the longest run that has synonyms goes first."""
        slots: list[Slot] = []
        at = 0
        while at < len(words):
            run = self._known(words[at:])
            own = tuple(words[at : at + max(1, len(run))])
            others = tuple(self._rules.get(run, ()))
            slots.append(Slot(() if run in self._replaced else own, others))
            at += len(own)
        return tuple(slots)

    def _known(self, words: Sequence[Word]) -> Run:
        folded = [fold(word.text) for word in words[: self._longest]]
        runs = (tuple(folded[:length]) for length in range(len(folded), 0, -1))
        return next((run for run in runs if run in self._rules), ())

    def _read(self, number: int, line: str) -> None:
        if not line:
            return
        left, arrow, right = line.partition("=>")
        typed, meant = _runs(left), _runs(right)
        if not typed or (arrow and not meant) or (not arrow and len(typed) == 1):
            self.problems.append(
                f"line {number}: {line!r} is no rule; write 'a, b, c' or 'a, b => c'"
            )
            return
        if len(self._rules) >= MOST_RULES:
            self.problems.append(f"line {number}: only the first {MOST_RULES} words are taken")
            return
        for run in typed:
            others = meant if arrow else [other for other in typed if other != run]
            self._rules.setdefault(run, {}).update(dict.fromkeys(o for o in others if o != run))
            if arrow and run not in meant:
                self._replaced.add(run)


def _runs(text: str) -> list[Run]:
    pieces = (piece.replace("\\,", ",").split() for piece in _COMMA.split(text))
    return [tuple(fold(word) for word in piece) for piece in pieces if piece]
