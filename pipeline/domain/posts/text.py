"""What a file's bytes and a generator's values say, as plain text."""

from collections.abc import Iterable, Mapping

from pipeline.domain.posts.problem import PostError


def decode(content: bytes) -> str:
    """UTF-8, with or without a byte order mark, and lines that end in a newline alone.

    Raises PostError with the line of the first byte that is no UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise PostError(line, f"it is not UTF-8: byte 0x{byte:02x}; save it as UTF-8") from error
    return text.replace("\r\n", "\n")


def line(value: object) -> str | None:
    """A value as one line; None for what says nothing, and for a table or a list."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return " ".join(str(value).split()) or None


def lines(value: object) -> list[str]:
    """A list of values as lines, or a single one; what says nothing is left out."""
    many = value if isinstance(value, list) else [value]
    return [text for each in many if (text := line(each)) is not None]


def people(*values: object) -> str | None:
    """Who wrote it, from the first value that names anybody: a name, a table with one, or a list."""
    for value in values:
        many = value if isinstance(value, list) else [value]
        named = [each.get("name") if isinstance(each, Mapping) else each for each in many]
        if names := [text for each in named if (text := line(each)) is not None]:
            return shortened(", ".join(names), 200)
    return None


def distinct(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels in their order, each once; what is too long for a tag is cut."""
    return tuple(dict.fromkeys(shortened(label, 200) for label in labels))[:100]


def shortened(text: str, limit: int) -> str:
    """The text, cut to `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def humanised(name: str) -> str:
    """A file's name as a title: "2027-01-31-my-first_post" is "My first post"."""
    words = name.replace("-", " ").replace("_", " ").split()
    while len(words) > 1 and words[0].isdigit():
        words.pop(0)
    return (" ".join(words) or name)[:1].upper() + (" ".join(words) or name)[1:]
