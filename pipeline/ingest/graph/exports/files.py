"""Exports into files: whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from pipeline.errors import ExportError


@contextmanager
def fresh_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file that appears under its name when the block has ended well; its owner alone may read it.

    Raises ExportError where the name is taken (unless `force`) or the folder can't be written.
    """
    if path.exists() and not force:
        raise _taken(path)
    try:
        draft = NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115 - closed below, before it gets its name
    except OSError as error:
        raise ExportError(f"{path} can't be written ({error}): name another file") from error
    try:
        with draft:
            yield cast("BinaryIO", draft)
            draft.flush()
            os.fsync(draft.fileno())
        _give_name(Path(draft.name), path, force=force)
    finally:
        Path(draft.name).unlink(missing_ok=True)


def _give_name(draft: Path, path: Path, *, force: bool) -> None:
    if force:
        draft.replace(path)
        return
    try:
        os.link(draft, path)  # unlike a rename it never takes the place of another file
    except FileExistsError:
        raise _taken(path) from None
    except OSError:  # a file system without links
        draft.replace(path)


def _taken(path: Path) -> ExportError:
    return ExportError(f"{path} exists already: name another file, or add --force")
