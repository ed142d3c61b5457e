"""From `content` of afterword.toml to a source that reads."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import load_settings
from pipeline.ingest.content.build import open_source
from pipeline.settings.contents import CONTENT_KINDS
from tests.support.surveys import surveyed, write

PAGE = "---\ndate: 2026-01-05\n---\nBody"
BUILT = "<article><time datetime=2026-01-05></time></article>"
WRITTEN = {
    "hugo": 'path = "blog"',
    "jekyll": 'path = "blog"',
    "eleventy": 'path = "blog"',
    "feed": 'url = "https://b.example/feed"',
    "sitemap": "",
    "ghost": 'key = "k"',
    "wordpress": "",
}


def test_every_kind_is_tried_here_and_described_in_the_docs() -> None:
    page = (Path(__file__).parents[4] / "docs" / "content.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert set(WRITTEN) == set(CONTENT_KINDS) == set(described)


@pytest.mark.parametrize(("kind", "fields"), WRITTEN.items())
def test_a_kind_opens_a_source_of_its_own(tmp_path: Path, kind: str, fields: str) -> None:
    content = f"content = {{ {', '.join(filter(None, (f'kind = {kind!r}', fields)))} }}"
    toml = f'[sites.blog]\nurl = "https://b.example"\n{content}\n'
    write(
        tmp_path,
        {
            "afterword.toml": toml,
            "blog/p/a.md": PAGE,
            "blog/_posts/2026-01-05-a.md": PAGE,
            "blog/b/index.html": BUILT,
        },
    )
    site = load_settings({"AFTERWORD_HOME": str(tmp_path)}).sites["blog"]
    assert site.content is not None
    source = open_source(
        site.content, url=site.url, folder=tmp_path, clock=lambda: datetime.now(UTC)
    )
    assert kind.replace("eleventy", "built") in type(source).__name__.lower()
    if "path" in fields:
        assert surveyed(source).posts
