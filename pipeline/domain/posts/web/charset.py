"""The text of a web page's bytes. Rule: WHATWG HTML, "Determining the character encoding"."""

import codecs
import re

from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import decode

_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE)
_LOOKED_AT = 1024
# On the web these names mean Windows-1252.
_LATIN = frozenset({"iso8859-1", "ascii"})


def decode_page(content: bytes, charset: str | None) -> str:
    """The text, by the transport's charset, else by the page's own word, else as UTF-8.

    Raises PostError with the line of the first byte that does not fit.
    """
    found = _DECLARED.search(content[:_LOOKED_AT])
    name = charset or (found[1].decode("ascii") if found else "utf-8")
    try:
        codec = codecs.lookup(name)
        if codec.name == "utf-8" or content.startswith(codecs.BOM_UTF8):
            return decode(content)
        return content.decode("cp1252" if codec.name in _LATIN else codec.name).replace(
            "\r\n", "\n"
        )
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PostError(line, f"it is not {name}, though it says so") from error
    except (LookupError, ValueError) as error:
        raise PostError(None, f"its character encoding {name!r} is not known") from error
