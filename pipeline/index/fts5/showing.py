"""What a hit shows: the title and the best fragments of the body, escaped, matches in <mark>."""

import html
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from pipeline.domain.search import Document, Hit
from pipeline.index.fts5.analysis import words_of

WINDOW = 30
"""Words of a fragment."""
MOST_PLACES = 200
"""Matches in a body that fragments are chosen from, the first ones."""
LEAD = 8
"""Words before the first match of a fragment."""
_DOCUMENT = msgspec.msgpack.Decoder(Document)


class Span(NamedTuple):
    """A piece of a text, in characters."""

    start: int
    end: int


class Marks(NamedTuple):
    """What is marked: single words, and words that stand side by side."""

    words: frozenset[str]
    sequences: tuple[tuple[str, ...], ...] = ()

    def places(self, words: Sequence[str]) -> list[int]:
        """The places of marked words, ascending."""
        found = [at for at, word in enumerate(words) if word in self.words]
        for sequence in self.sequences:
            first, length = sequence[0], len(sequence)
            for at, word in enumerate(words):
                if word == first and tuple(words[at : at + length]) == sequence:
                    found += range(at, at + length)
        return sorted(set(found)) if self.sequences else found


def hits(
    db: sqlite3.Connection, g: str, page: Sequence[tuple[int, float]], marks: Marks
) -> Iterator[Hit]:
    """A hit for each post of a page, in its order."""
    rows = db.execute(
        f"SELECT t.id, t.document, w.t, t.spans, w.b FROM json_each(?)"
        f" CROSS JOIN {g}_text t ON t.id = value CROSS JOIN {g}_words w ON w.rowid = t.id",
        (msgspec.json.encode([post for post, _ in page]).decode(),),
    )
    texts = {row[0]: row[1:] for row in rows}
    for post, score in page:
        encoded, title, spans, words = texts[post]
        yield _hit(_DOCUMENT.decode(encoded), title, Body(spans, words), score, marks)


class Body:
    """The body's words, and where each stands in its text."""

    def __init__(self, spans: bytes, words: str) -> None:
        self._at = array("I")
        self._at.frombytes(spans)
        self._all = words.split()
        self.words = self._all[: self._at.pop()]
        """The words in their order in the text, without those that were joined from two."""

    def places(self, marks: Marks) -> list[int]:
        """The places of marked words; of a joined one, its two parts'."""
        found = marks.places(self._all)
        number = len(self.words)
        if not found or found[-1] < number:
            return found
        starts = self._at[: 2 * number : 2]
        parts = [bisect_left(starts, self._at[2 * at]) for at in found if at >= number]
        whole = {at for at in found if at < number}.union(parts, (at + 1 for at in parts))
        return sorted(at for at in whole if at < number)

    def span(self, place: int) -> Span:
        """Where the word at this place stands."""
        return Span(self._at[2 * place], self._at[2 * place + 1])

    def fragments(self, places: list[int]) -> list[list[int]]:
        """The places of the best fragment's matches, and of a second one's that has other words."""
        places = places[:MOST_PLACES]
        best = max(
            _windows(places), key=lambda window: self._worth(window, frozenset()), default=[]
        )
        if not best:
            return []
        seen = frozenset(self.words[place] for place in best)
        first, last = _around(best, len(self.words))
        far = [place for place in places if not first <= place < last]
        second = max(_windows(far), key=lambda window: self._worth(window, seen), default=[])
        return [best, second] if self._worth(second, seen)[0] else [best]

    def _worth(self, window: list[int], seen: frozenset[str]) -> tuple[int, int, int]:
        """More different words, then more words, then further up."""
        words = {self.words[place] for place in window} - seen
        return len(words), len(window), -window[0] if window else 0


def _windows(places: list[int]) -> Iterator[list[int]]:
    """For each match, those that a fragment beginning with it holds."""
    end = 0
    for begin, place in enumerate(places):
        while end < len(places) and places[end] < place + WINDOW - LEAD:
            end += 1
        yield places[begin:end]


def _hit(document: Document, title: str, body: Body, score: float, marks: Marks) -> Hit:
    in_title = marks.places(title.split())
    cut = words_of(document.title) if in_title else []
    places = body.places(marks)
    fragments = body.fragments(places)
    return Hit(
        key=document.key,
        id=document.id,
        url=document.url,
        title=document.title,
        title_html=_marked(
            document.title,
            Span(0, len(document.title)),
            (Span(cut[at].start, cut[at].end) for at in in_title),
        ),
        body_html=_fragments(document.body, body, fragments, places),
        anchor=_anchor(document, body.span(fragments[0][0]).start) if fragments else None,
        score=score,
        published_at=document.published_at,
        tags=document.tags,
        section=document.section,
    )


def _fragments(text: str, body: Body, fragments: list[list[int]], places: list[int]) -> str:
    if not body.words:
        return html.escape(text.strip())
    shown = _apart(sorted(_around(window, len(body.words)) for window in fragments))
    pieces: list[str] = []
    for first, last in shown or [(0, WINDOW)]:
        last_word = min(last, len(body.words)) - 1
        begin = 0 if first == 0 else body.span(first).start
        end = len(text) if last >= len(body.words) else body.span(last_word).end
        end = max(end, begin)
        if begin > 0 and not pieces:
            pieces.append("")
        marked = _marked(
            text, Span(begin, end), [body.span(at) for at in places if first <= at < last]
        )
        pieces.append(marked.strip())
    if end < len(text):
        pieces.append("")
    return " … ".join(pieces).strip()


def _around(window: list[int], words: int) -> tuple[int, int]:
    """The first word of the fragment, and the one behind its last."""
    first = max(0, min(window[0] - LEAD, words - WINDOW))
    return first, max(first + WINDOW, window[-1] + 1)


def _apart(shown: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Fragments that touch are one."""
    if len(shown) > 1 and shown[1][0] <= shown[0][1]:
        return [(shown[0][0], max(shown[0][1], shown[1][1]))]
    return shown


def _marked(text: str, piece: Span, spans: Iterable[Span]) -> str:
    """A piece of the text, escaped, with marks; what overlaps or touches is one mark."""
    parts: list[str] = []
    at = piece.start
    for span in _joined(spans):
        start, end = max(span.start, at), min(span.end, piece.end)
        parts += (html.escape(text[at:start]), "<mark>", html.escape(text[start:end]), "</mark>")
        at = end
    parts.append(html.escape(text[at : piece.end]))
    return "".join(parts)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _anchor(document: Document, at: int) -> str | None:
    """The anchor of the last heading above, by where its section begins."""
    above = [heading for heading in document.headings if heading.at <= at]
    return max(above, key=lambda heading: heading.at).anchor if above else None
