"""Real blogs, replayed commit by commit: what is read of a change equals what is read of the whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.posts.post import Post
from pipeline.ingest.content.hugo import HugoSource
from pipeline.ingest.content.jekyll import JekyllSource
from pipeline.ingest.content.source import ContentSource
from tests.support.replay import blog, replay
from tests.support.surveys import surveyed, write

URL = "https://b.example"
EVERY = 10  # commits; the whole takes a second to read
# What the blogs' own settings say, as far as their posts' addresses go.
HUGO = "[permalinks]\nblog = '/blog/:year/:month/:day/:slug/'\n[languages]\nen = {}\nes = {}\nfr = {}\n"


def hugo(root: Path) -> ContentSource:
    write(root, {"hugo.toml": HUGO})
    return HugoSource(root / "content", URL)


def zola(root: Path) -> ContentSource:
    return HugoSource(root / "content", URL)


def jekyll(root: Path) -> ContentSource:
    posts = root / "_posts"
    if not posts.exists():
        # The blog of that year has its posts in `posts`.
        (root / "posts").mkdir(exist_ok=True)
        posts.mkdir()
    for path in posts.iterdir():
        path.unlink()
    for path in (root / "posts").rglob("*.md"):
        (posts / path.name).write_bytes(path.read_bytes())
    return JekyllSource(root, URL)


WINDOWS: list[tuple[str, Callable[[Path], ContentSource]]] = [
    ("blog-hugo/history/page-bundles", hugo),
    ("blog-rust/history/recent", zola),
    ("blog-rust/history/migration-2025", zola),
    ("blog-rust/history/deletes-2020", jekyll),
]


@pytest.mark.parametrize(("window", "source"), WINDOWS)
def test_every_commit_read_as_a_change_equals_the_whole(
    window: str, source: Callable[[Path], ContentSource], tmp_path: Path
) -> None:
    name, _, rest = window.partition("/")
    known: dict[str, Post] = {}
    state: dict[str, Any] | None = None
    touched = number = 0
    for number, commit in enumerate(replay(blog(name) / rest, tmp_path), start=1):
        changed = surveyed(source(tmp_path), state)
        assert changed.complete
        assert changed.unchanged <= set(known)
        known = {id_: known[id_] for id_ in changed.unchanged} | changed.posts
        # The first survey reads all; each of the others no more than its commit touched.
        assert state is None or len(changed.posts) <= len(commit["changes"])
        touched += 0 if state is None else len(changed.posts)
        state = dict(changed.state)
        if number % EVERY == 0:
            whole = surveyed(source(tmp_path))
            assert known == whole.posts
            assert (changed.refused, changed.withheld) == (whole.refused, whole.withheld)
    assert number % EVERY == 0
    assert len(known) > 200
    assert touched
