"""Which files of a content folder are pages, and where each belongs.

Rules: https://gohugo.io/content-management/page-bundles/ and …/multilingual/. A folder with an
index file is a leaf bundle: one page, and all else in it are its resources. `_index` is a list.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.domain.posts.hugo.config import HugoConfig

READ = frozenset({"md", "markdown", "mdown", "html", "htm"})
UNREAD = frozenset({"adoc", "asciidoc", "ad", "org", "pandoc", "pdc", "rst"})
# Where the settings are out of reach, such an ending is a language's.
_LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2,4})?", re.IGNORECASE)


class Place(NamedTuple):
    """Where a page is: the file's path, and what Hugo makes of it."""

    file: str
    page: str
    """The page's path, without language, suffix or the index of its bundle: blog/first."""
    language: str
    suffix: str

    @property
    def name(self) -> str:
        """The last part of the page's path."""
        return self.page.rpartition("/")[2]

    @property
    def sections(self) -> tuple[str, ...]:
        """The folders above the page."""
        return tuple(self.page.split("/")[:-1])

    def id_name(self, config: HugoConfig) -> str:
        """What the post is known by: its path, and its language where that is not the default."""
        return (
            self.page
            if self.language == config.default_language
            else f"{self.page}.{self.language}"
        )


class Tree:
    """The pages and the sections' own files of a content folder.

    `mounts` are folders of the listing that hold content, each with its language or None where the
    files' names say it; the longest that fits counts.
    """

    def __init__(self, config: HugoConfig, mounts: Iterable[tuple[str, str | None]]) -> None:
        self._config = config
        self._mounts = sorted(mounts, key=lambda mount: -len(mount[0]))

    def pages(self, paths: Iterable[str]) -> Iterator[Place]:
        """The regular pages among a folder's paths, in their order."""
        found = [place for path in paths if _is_page(path) and (place := self._place(path))]
        leaves = {_folder(place.file) for place in found if _stem(place.file) == "index"}
        for place in found:
            folder = _folder(place.file)
            owners = leaves.intersection(_and_above(folder))
            if not owners or (_stem(place.file) == "index" and owners == {folder}):
                yield place

    def sections(self, paths: Iterable[str]) -> Iterator[Place]:
        """The `_index` files, each at the place of its section."""
        for path in paths:
            if suffix_of(path) in READ and _stem(path) == "_index" and (place := self._place(path)):
                yield place

    def _place(self, path: str) -> Place | None:
        for folder, language in self._mounts:
            if not folder or path.startswith(folder + "/"):
                return self._placed(path, path[len(folder) :].lstrip("/"), language)
        return None

    def _placed(self, path: str, inner: str, language: str | None) -> Place | None:
        parent, _, base = inner.rpartition("/")
        whole = base.rpartition(".")[0]
        name, _, ending = whole.rpartition(".")
        if name and self._is_language(ending):
            language, stem = ending.lower(), name
        else:
            stem = whole
        page = parent if stem in {"index", "_index"} else f"{parent}/{stem}".lstrip("/")
        if not page and stem == "index":
            return None  # the home page
        return Place(path, page, language or self._config.default_language, suffix_of(path))

    def _is_language(self, ending: str) -> bool:
        if self._config.known:
            known = {*self._config.languages, self._config.default_language}
            return ending.lower() in known
        return _LANGUAGE.fullmatch(ending) is not None


def _is_page(path: str) -> bool:
    hidden = any(part.startswith(".") or part.endswith("~") for part in path.split("/"))
    return not hidden and suffix_of(path) in READ | UNREAD and _stem(path) != "_index"


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _and_above(folder: str) -> Iterator[str]:
    """A folder and those it lies in."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def suffix_of(path: str) -> str:
    """A file's suffix in lower case, without its dot."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return suffix.lower() if dot else ""


def _stem(path: str) -> str:
    """The name without suffix and language, of files whose stem Hugo gives a meaning."""
    return path.rpartition("/")[2].partition(".")[0]
