"""A folder's files, read without following a link, waiting on a pipe or filling the memory."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.domain.posts.problem import PostError
from pipeline.errors import Rejected
from pipeline.ingest.content.source import Refused

FILE_LIMIT = 5_000_000
"""Bytes of a file: a post that is larger is no post."""

FILES_LIMIT = 500_000
"""Files in a folder, images and all: more is the wrong folder."""

Pruned = Callable[[str], bool]
"""Whether a folder, by its path, is left out."""


class _Entry(NamedTuple):
    path: str
    is_folder: bool
    is_link: bool


class Folder:
    """A listing of the regular files below `root`, sorted; paths are relative, with slashes.

    `unread` are the folders and links that were not gone into; where a folder could not be read
    `complete` is False: what it holds may still be there. Raises Rejected for a root that is none.
    """

    def __init__(self, root: Path, pruned: Pruned) -> None:
        self.root = root
        self._base = str(root)  # joined by hand: a Path for each file costs as much as reading it
        self.files: list[str] = []
        self.links: list[str] = []
        self.unread: list[Refused] = []
        self.complete = True
        if not root.is_dir():
            raise Rejected(f"there is no folder {root}: set `path` of the site's content to it")
        waiting = [""]
        while waiting:
            for entry in self._entries(waiting.pop()):
                if entry.is_link:
                    self.links.append(entry.path)
                elif not entry.is_folder:
                    self.files.append(entry.path)
                elif not pruned(entry.path):
                    waiting.append(entry.path)
            if len(self.files) > FILES_LIMIT:
                raise Rejected(
                    f"{root} holds more than {FILES_LIMIT:,} files: is it the right one?"
                )
        self.files.sort()
        self.links.sort()

    def _entries(self, path: str) -> Iterator[_Entry]:
        try:
            with os.scandir(f"{self._base}/{path}") as found:
                for each in found:
                    is_link, is_folder = each.is_symlink(), each.is_dir(follow_symlinks=False)
                    if not (is_link or is_folder or each.is_file(follow_symlinks=False)):
                        continue
                    name = f"{path}/{each.name}" if path else each.name
                    if _is_text(name):
                        yield _Entry(name, is_folder, is_link)
                    else:
                        shown = name.encode("utf-8", "backslashreplace").decode()
                        self.unread.append(Refused(shown, None, "its name is not UTF-8: rename it"))
        except FileNotFoundError:
            return  # it went away while its neighbours were listed
        except OSError as error:
            if not path:
                raise Rejected(f"the folder {self.root} can't be read: {error.strerror}") from error
            self.complete = False
            self.unread.append(Refused(path, None, f"the folder can't be read: {error.strerror}"))

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None if it is gone. Raises PostError for one that can't be read."""
        # Non-blocking: a pipe put in a file's place would wait for its other end.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(f"{self._base}/{path}", flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise PostError(None, "it is no regular file")
                content = file.read(FILE_LIMIT + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PostError(None, f"it can't be read: {error.strerror}") from error
        if len(content) > FILE_LIMIT:
            raise PostError(None, f"it is larger than {FILE_LIMIT // 1_000_000} MB")
        return content


def _is_text(name: str) -> bool:
    """Whether a name is UTF-8; Python gives the bytes of another as halves of surrogate pairs."""
    return not any("\ud800" <= character <= "\udfff" for character in name)
