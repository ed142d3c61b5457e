"""The settings of a site's generator, which say where its posts are published."""

from pathlib import Path
from typing import Any

from pipeline.domain.posts.frontmatter import READERS
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import decode
from pipeline.errors import Rejected


def read_settings(file: Path) -> dict[str, Any]:
    """A table in TOML, YAML or JSON, by the file's suffix. Raises Rejected with file and line."""
    try:
        return READERS[file.suffix](decode(file.read_bytes()))
    except PostError as error:
        raise Rejected(error.at(file)) from error
    except OSError as error:
        raise Rejected(f"{file} can't be read: {error.strerror}") from error
