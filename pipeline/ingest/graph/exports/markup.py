"""XML 1.0, written as it comes.

By itself: the standard library's writer brings an HTTP client along, 10 MB, and takes three times as
long.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, TextIO

_ODD = re.compile(r"[^ !#-%'-;=?-~]")
# What XML has no place for, not even escaped (production 2, Char).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# White space too: a reader takes it for a blank in an attribute (section 3.3.3).
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)


class Markup:
    """A document in UTF-8. Text may be anything: what XML can't hold becomes U+FFFD."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write
        self._write('<?xml version="1.0" encoding="utf-8"?>\n')

    @classmethod
    @contextmanager
    def into(cls, out: BinaryIO) -> Iterator["Markup"]:
        """A document into a file that stays open."""
        text = io.TextIOWrapper(out, encoding="utf-8", newline="\n")
        try:
            yield cls(text)
        finally:
            text.detach()

    @contextmanager
    def inside(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element around what is written meanwhile."""
        self._write(f"<{name}{_attributes(attributes)}>")
        yield
        self._write(f"</{name}>\n")

    def element(
        self, name: str, attributes: Mapping[str, str] | None = None, text: str = ""
    ) -> None:
        """An element with text or nothing in it."""
        end = f">{escaped(text)}</{name}>" if text else "/>"
        self._write(f"<{name}{_attributes(attributes)}{end}")


def escaped(text: str) -> str:
    """Text for an element or, within double quotes, an attribute."""
    if _ODD.search(text) is None:
        return text
    return _FORBIDDEN.sub("\ufffd", text).translate(_ESCAPES)


def _attributes(attributes: Mapping[str, str] | None) -> str:
    if not attributes:
        return ""
    return "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())
