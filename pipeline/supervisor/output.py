"""What the children print: cut into lines, made safe, prefixed with who said it."""

from collections.abc import Iterable, Sequence
from typing import TextIO

LONGEST_LINE = 16 * 1024
"""Bytes held back while waiting for a line's end; what is longer is printed in pieces."""

_AT_ONCE = 2_000
"""Characters, of four bytes at most, that are printed at once: what does not fit into the buffer of
Python's BufferedWriter (8 KiB) loses a part when a signal interrupts its writing (CPython 3.11).
"""

_CONTINUATION = 0b1000_0000  # the first two bits of every byte of a character but its first (UTF-8)

# A child repeats what strangers sent it; a control character in it could repaint the terminal.
_VISIBLE = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code != ord("\t")}
_COLOURS = ("\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m", "\x1b[34m", "\x1b[31m")
_PLAIN = "\x1b[0m"


class LineCutter:
    """Turns chunks of bytes into lines of printable text, holding back at most `LONGEST_LINE`."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that are complete now, without their ends."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        lines = [piece for line in whole for piece in _pieces(line)]
        *full, self._rest = _pieces(rest)
        return [_text(line) for line in (*lines, *full)]

    def close(self) -> list[str]:
        """Return what was held back: the child is gone and its last line had no end."""
        rest, self._rest = self._rest, b""
        return [_text(rest)] if rest else []


def _pieces(line: bytes) -> list[bytes]:
    pieces = []
    while len(line) > LONGEST_LINE:
        cut = LONGEST_LINE
        # A character is four bytes at most: never cut in the middle of one.
        while cut > LONGEST_LINE - 3 and line[cut] & 0b1100_0000 == _CONTINUATION:
            cut -= 1
        pieces.append(line[:cut])
        line = line[cut:]
    return [*pieces, line]


def _text(line: bytes) -> str:
    return line.rstrip(b"\r").decode("utf-8", "replace").translate(_VISIBLE)


class Console:
    """Prints lines as `web    | line`, coloured by speaker when `out` is a terminal.

    When `out` is gone (a closed pipe, a terminal hung up) it falls silent and `broken` is True:
    the supervisor then stops the set, since nobody can see it any more.
    """

    def __init__(self, out: TextIO, speakers: Sequence[str]) -> None:
        width = max(map(len, speakers))
        coloured = out.isatty()
        self._out = out
        self._prefixes = {
            name: _prefix(name.ljust(width), _COLOURS[place % len(_COLOURS)] if coloured else "")
            for place, name in enumerate(speakers)
        }
        self.broken = False

    def write(self, speaker: str, lines: Iterable[str]) -> None:
        """Print `lines` as said by `speaker`, one after the other."""
        prefix = self._prefixes[speaker]
        text = "".join(f"{prefix}{line}\n" for line in lines)
        if not text or self.broken:
            return
        try:
            for start in range(0, len(text), _AT_ONCE):
                self._out.write(text[start : start + _AT_ONCE])
                self._out.flush()
        except OSError:
            self.broken = True


def _prefix(name: str, colour: str) -> str:
    return f"{colour}{name} |{_PLAIN} " if colour else f"{name} | "
