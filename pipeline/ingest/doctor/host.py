"""The machine: room on the disk, and secrets that only their owner reads."""

import shutil
import stat
from pathlib import Path

from pipeline.ingest.doctor.check import Check, fail, ok, warn

ENOUGH = 1 << 30
TOO_LITTLE = 100 << 20
"""Bytes: SQLite and Redis both stop where the disk is full."""


def check_disk(folder: Path) -> Check:
    """Room where the state is kept."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return fail("disk", f"{folder}: {error.strerror}", "set AFTERWORD_HOME to a folder")
    return check_room(free, folder)


def check_room(free: int, folder: Path) -> Check:
    """`free` is in bytes."""
    detail = f"{free / (1 << 30):.1f} GiB free for {folder}"
    if free >= ENOUGH:
        return ok("disk", detail)
    advice = "make room: where the disk is full, nothing can be stored"
    return fail("disk", detail, advice) if free < TOO_LITTLE else warn("disk", detail, advice)


def check_settings_file(path: Path) -> Check:
    """Whether others may read the secrets in it."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return warn("settings", f"there is no {path}: no source may send", "run `afterword init`")
    if mode & stat.S_IRWXO:
        return warn("settings", f"others may read {path}", f"chmod 600 {path}")
    return ok("settings", str(path))
