"""A Hugo site, from its content folder or the folder with its settings."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.domain.origins import origin_of
from pipeline.domain.posts.frontmatter import READERS, split
from pipeline.domain.posts.hugo.config import HugoConfig, config_of
from pipeline.domain.posts.hugo.page import read_page
from pipeline.domain.posts.hugo.tree import Place, Tree
from pipeline.domain.posts.post import Post, post_id
from pipeline.domain.posts.problem import PostError
from pipeline.domain.posts.text import decode
from pipeline.errors import Rejected
from pipeline.ingest.content.files import Candidate, fingerprint, survey_folder
from pipeline.ingest.content.folder import Folder
from pipeline.ingest.content.settings_files import read_settings
from pipeline.ingest.content.source import State, Survey

_NAMES = tuple(f"{name}{suffix}" for name in ("hugo", "config") for suffix in READERS)
# Tables that may lie in files of their own below config/_default.
_PARTS = ("languages", "permalinks", "frontmatter", "cascade")


class HugoSource:
    """`path` is the content folder; the settings are looked for in it and the two above it."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url

    def survey(self, state: State | None) -> Survey:
        """Which posts there are. Raises Rejected for a folder or settings that can't be read."""
        home, config = _settings((self._path, *self._path.parents[:2]))
        mounts = list(_mounts(self._path, home, config))
        folder = Folder(self._path, lambda path: not _on_the_way(path, mounts))
        return survey_folder(folder, _HugoReader(folder, config, mounts, self._url), state)


class _HugoReader:
    """The rules for one state of the site's settings and its sections."""

    def __init__(
        self, folder: Folder, config: HugoConfig, mounts: list[tuple[str, str | None]], url: str
    ) -> None:
        self._config = config
        self._tree = Tree(config, mounts)
        same = config.base_url is not None and origin_of(config.base_url) == origin_of(url)
        # The same site, and perhaps in a folder of it, which only its own settings know.
        self._base = config.base_url if same and config.base_url else url
        self._cascades = dict(_cascades(folder, self._tree))
        self._places: dict[str, Place] = {}
        self.fingerprint = fingerprint(
            "hugo", self._base, config, mounts, sorted(self._cascades.items(), key=lambda c: c[0])
        )

    def candidates(self, paths: Iterable[str]) -> list[Candidate]:
        """The regular pages among the paths."""
        places = list(self._tree.pages(paths))
        self._places.update((place.file, place) for place in places)
        return [Candidate(p.file, post_id(p.id_name(self._config))) for p in places]

    def read(self, candidate: Candidate, content: bytes) -> Post | str:
        """The post a file holds, or why it is withheld. Raises PostError, InvalidEventError."""
        place = self._places[candidate.path]
        return read_page(content, place, self._config, self._base, self._handed_down(place))

    def _handed_down(self, place: Place) -> Mapping[str, Any]:
        """What the page's sections give it; the nearest counts."""
        found = dict(_defaults(self._config.cascade))
        for depth in range(len(place.sections) + 1):
            section = "/".join(place.sections[:depth])
            found.update(self._cascades.get((section, place.language), {}))
        return found


def _cascades(folder: Folder, tree: Tree) -> Iterable[tuple[tuple[str, str], dict[str, Any]]]:
    for place in tree.sections(folder.files):
        try:
            table = split(decode(folder.read(place.file) or b"")).table
        except PostError as error:
            where = error.at(folder.root / place.file)
            raise Rejected(f"{where}; what it hands down to its pages is not known") from error
        if handed := _defaults(table.get("cascade")):
            yield (place.page, place.language), handed


def _defaults(cascade: object) -> dict[str, Any]:
    """The values of a cascade. One for chosen pages only (`target`) is not read, but for pages."""
    found: dict[str, Any] = {}
    for each in cascade if isinstance(cascade, list) else [cascade]:
        if not isinstance(each, Mapping):
            continue
        lowered = {str(key).lower(): value for key, value in each.items()}
        target = lowered.pop("target", None) or lowered.pop("_target", None)
        if target in (None, {"kind": "page"}):
            found.update(lowered)
    return found


def _settings(folders: Iterable[Path]) -> tuple[Path | None, HugoConfig]:
    """The nearest folder with a site's settings, and these. Raises Rejected if they are broken."""
    for folder in folders:
        for place in (folder, folder / "config" / "_default"):
            for name in _NAMES:
                if (file := place / name).is_file():
                    table = {**_parts(place), **read_settings(file)}
                    try:
                        return folder, config_of(table)
                    except ValueError as error:
                        raise Rejected(f"{file}: {error}") from error
    return None, HugoConfig()


def _parts(folder: Path) -> dict[str, Any]:
    files = [(part, folder / f"{part}{suffix}") for part in _PARTS for suffix in READERS]
    return {part: read_settings(file) for part, file in files if file.is_file()}


def _mounts(path: Path, home: Path | None, config: HugoConfig) -> Iterable[tuple[str, str | None]]:
    """Content folders below `path`, and their language where the settings say one."""
    if home is None:
        yield "", None
        return
    if path == home:
        yield config.content_dir, None
    else:
        yield "", None
    for language, folder in config.content_dirs.items():
        inside = home / folder
        if inside.is_relative_to(path) and inside != path:
            yield inside.relative_to(path).as_posix(), language
        elif inside == path:
            yield "", language


def _on_the_way(folder: str, mounts: list[tuple[str, str | None]]) -> bool:
    """Whether a folder is in one that holds content, or above one."""
    if folder.rpartition("/")[2].startswith("."):
        return False
    return any(
        not mount or f"{folder}/".startswith(f"{mount}/") or f"{mount}/".startswith(f"{folder}/")
        for mount, _ in mounts
    )
