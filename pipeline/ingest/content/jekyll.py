"""A Jekyll site, from the folder that holds its _posts and its _config.yml."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.domain.posts.jekyll.config import JekyllConfig, config_of
from pipeline.domain.posts.jekyll.page import Draft, draft_of, read_post
from pipeline.domain.posts.post import Post
from pipeline.errors import Rejected
from pipeline.ingest.content.files import Candidate, fingerprint, survey_folder
from pipeline.ingest.content.folder import Folder
from pipeline.ingest.content.settings_files import read_settings
from pipeline.ingest.content.source import State, Survey

_NAMES = ("_config.yml", "_config.yaml", "_config.toml")


class JekyllSource:
    """`path` is the site's own folder; without a _config.yml in it Jekyll's defaults hold."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url

    def survey(self, state: State | None) -> Survey:
        """Which posts there are. Raises Rejected for a folder or settings that can't be read."""
        config = _settings(self._path)
        folder = Folder(self._path, config.excludes)
        return survey_folder(folder, _JekyllReader(config, self._url), state)


class _JekyllReader:
    """The rules for one state of the site's settings."""

    def __init__(self, config: JekyllConfig, url: str) -> None:
        self._config = config
        # A site in a folder says so in its settings, and perhaps in its URL too.
        inside = "" if urlsplit(url).path.strip("/") == config.base_path else config.base_path
        self._base = f"{url.rstrip('/')}/{inside}".rstrip("/")
        self._drafts: dict[str, Draft] = {}
        self.fingerprint = fingerprint("jekyll", self._base, config)

    def candidates(self, paths: Iterable[str]) -> list[Candidate]:
        """The posts and drafts among the paths."""
        drafts = [draft for path in paths if (draft := draft_of(path, self._config))]
        self._drafts.update((draft.path, draft) for draft in drafts)
        return [Candidate(draft.path, draft.id) for draft in drafts]

    def read(self, candidate: Candidate, content: bytes) -> Post | str:
        """The post a file holds, or why it is withheld. Raises PostError, InvalidEventError."""
        return read_post(content, self._drafts[candidate.path], self._config, self._base)


def _settings(folder: Path) -> JekyllConfig:
    """The site's settings, or Jekyll's defaults. Raises Rejected if they are broken."""
    for name in _NAMES:
        if (file := folder / name).is_file():
            try:
                return config_of(read_settings(file))
            except ValueError as error:
                raise Rejected(f"{file}: {error}") from error
    return JekyllConfig()
