"""A built site, from the folder its generator writes: Eleventy's, or any other's."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from pipeline.domain.posts.post import Post, post_id
from pipeline.domain.posts.web.charset import decode_page
from pipeline.domain.posts.web.page import Listed, read_webpage
from pipeline.ingest.content.files import Candidate, fingerprint, survey_folder
from pipeline.ingest.content.folder import Folder
from pipeline.ingest.content.source import State, Survey

# Pages a server shows in place of others.
_NO_PAGES = frozenset({"404", "500", "50x", "offline"})


class BuiltSource:
    """`path` is the folder that is served as `url`."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url

    def survey(self, state: State | None) -> Survey:
        """Which posts there are. Raises Rejected for a folder that can't be read."""
        folder = Folder(self._path, lambda path: path.rpartition("/")[2].startswith("."))
        return survey_folder(folder, _BuiltReader(self._url), state)


class _BuiltReader:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self.fingerprint = fingerprint("eleventy", self._url)

    def candidates(self, paths: Iterable[str]) -> list[Candidate]:
        """The web pages among the paths. A page's id is its path on the site, as a sitemap's is."""
        return [
            Candidate(path, post_id(_served_as(path)))
            for path in paths
            if path.lower().endswith((".html", ".htm"))
            and PurePosixPath(path).stem.lower() not in _NO_PAGES
        ]

    def read(self, candidate: Candidate, content: bytes) -> Post | str:
        """The post a page is, or why it is none. Raises PostError, InvalidEventError."""
        url = self._url + quote(_served_as(candidate.path))
        return read_webpage(decode_page(content, None), Listed(candidate.id, url))


def _served_as(path: str) -> str:
    """A file's path on the site: /posts/a/ for posts/a/index.html."""
    folder, _, name = path.rpartition("/")
    return f"/{folder}/".replace("//", "/") if name.lower() == "index.html" else f"/{path}"
