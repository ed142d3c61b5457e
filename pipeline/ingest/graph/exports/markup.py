"""XML, written as it comes."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

# What XML 1.0 has no place for, not even escaped (production 2, Char).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Markup:
    """A document in UTF-8. Text may be anything: what XML can't hold becomes U+FFFD."""

    def __init__(self, out: BinaryIO) -> None:
        self._xml = XMLGenerator(out, "utf-8", short_empty_elements=True)
        self._xml.startDocument()

    @contextmanager
    def inside(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element around what is written meanwhile."""
        self._xml.startElement(name, _allowed(attributes or {}))
        yield
        self._xml.endElement(name)
        self._xml.ignorableWhitespace("\n")

    def element(
        self, name: str, attributes: Mapping[str, str] | None = None, text: str = ""
    ) -> None:
        """An element with text or nothing in it."""
        self._xml.startElement(name, _allowed(attributes or {}))
        self._xml.characters(_FORBIDDEN.sub("\ufffd", text))
        self._xml.endElement(name)


def _allowed(attributes: Mapping[str, str]) -> "AttributesImpl[str]":
    return AttributesImpl(
        {name: _FORBIDDEN.sub("\ufffd", value) for name, value in attributes.items()}
    )
