"""A real blog's history, replayed commit by commit (../shared/data, blog-*/history/README.txt)."""

import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def blog(name: str) -> Path:
    """A blog's folder; skips the test, saying so, where it is not there."""
    roots = (parent / "shared" / "data" / name for parent in Path(__file__).resolve().parents)
    folder = next((root for root in roots if root.is_dir()), None)
    if folder is None:
        pytest.skip(f"no real blog: put {name} in shared/data")
    return folder


def replay(window: Path, root: Path) -> Iterator[dict[str, Any]]:
    """Unpacks a window's first state into `root`, then applies each commit before yielding it."""
    with tarfile.open(window / "base.tar.gz") as archive:
        archive.extractall(root, filter="data")
    with (window / "commits.jsonl").open(encoding="utf-8") as commits:
        for commit in map(json.loads, commits):
            for change in commit["changes"]:
                _apply(change, window, root)
            yield commit


def _apply(change: dict[str, Any], window: Path, root: Path) -> None:
    gone = change.get("old_path") or (change["path"] if change["status"] == "D" else None)
    if gone:
        (root / gone).unlink()
    if change["status"] != "D":
        target = root / change["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copyfile(window / "blobs" / f"{change['after_blob']}.md", target)
