"""Folders that are broken, hostile or half gone; and what a state makes of them."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Rejected
from pipeline.ingest.content.eleventy import BuiltSource
from pipeline.ingest.content.folder import FILE_LIMIT
from pipeline.ingest.content.hugo import HugoSource
from pipeline.ingest.content.jekyll import JekyllSource
from tests.support.examples import SHARED
from tests.support.surveys import surveyed, write

URL = "https://b.example"
PAGE = "---\ndate: 2026-01-05\n---\nBody"


def test_links_are_not_followed_and_said(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.md": PAGE})
    root = write(tmp_path / "content", {"p/a.md": PAGE})
    (root / "p" / "b.md").symlink_to(outside / "secret.md")
    (root / "p" / "loop").symlink_to(root)
    (root / "p" / "out").symlink_to(outside)
    (root / "p" / "image.png").symlink_to(outside / "secret.md")
    (root / "p" / "gone.md").symlink_to(root / "nothing")
    seen = surveyed(HugoSource(root, URL))
    assert seen.ids == {"p/a"}
    assert {where: item.id for where, item in seen.refused.items()} == {
        "p/b.md": "p/b",
        "p/gone.md": "p/gone",
    }
    assert "symbolic link" in seen.refused["p/b.md"].reason


def test_a_pipe_or_a_folder_in_a_posts_place_holds_nobody_up(tmp_path: Path) -> None:
    root = write(tmp_path, {"p/a.md": PAGE, "p/b.md/c.md": PAGE})
    os.mkfifo(root / "p" / "pipe.md")
    assert surveyed(HugoSource(root, URL)).ids == {"p/a", "p/b.md/c"}


def test_a_file_that_became_a_pipe_after_it_was_listed_is_refused(tmp_path: Path) -> None:
    root = write(tmp_path, {"p/a.md": PAGE})
    survey = HugoSource(root, URL).survey(None)
    (root / "p/a.md").unlink()
    os.mkfifo(root / "p/a.md")
    assert "no regular file" in str(next(survey.items))


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    root = write(tmp_path, {"p/a.md": PAGE})
    with (root / "p/huge.md").open("wb") as file:
        file.truncate(FILE_LIMIT * 10)
    seen = surveyed(HugoSource(root, URL))
    assert "larger than 5 MB" in seen.refused["p/huge.md"].reason
    assert seen.ids == {"p/a"}


def test_a_file_that_may_not_be_read_is_said_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path, {"p/a.md": PAGE, "p/b.md": PAGE})
    real = os.open

    def locked(path: str, flags: int) -> int:
        # Whoever runs the tests may be root, who may read all.
        if path.endswith("a.md"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags)

    monkeypatch.setattr(os, "open", locked)
    seen = surveyed(HugoSource(root, URL))
    assert seen.refused["p/a.md"].reason == "it can't be read: Permission denied"
    assert (seen.refused["p/a.md"].id, seen.ids) == ("p/a", {"p/b"})


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    root = write(tmp_path, {"p/a.md": PAGE})
    (root / os.fsdecode(b"p/caf\xe9.md")).write_text(PAGE)
    seen = surveyed(HugoSource(root, URL))
    assert seen.refused["p/caf\\udce9.md"].reason == "its name is not UTF-8: rename it"
    assert seen.ids == {"p/a"}


def test_a_folder_that_cannot_be_listed_leaves_the_survey_incomplete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path, {"p/a.md": PAGE, "q/b.md": PAGE})
    before = surveyed(HugoSource(root, URL))
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "q":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    seen = surveyed(HugoSource(root, URL), before.state)
    monkeypatch.undo()
    assert (seen.complete, seen.refused["q"].reason[:30]) == (
        False,
        "the folder can't be read: Perm",
    )
    assert surveyed(HugoSource(root, URL), seen.state).unchanged == {"p/a", "q/b"}


def test_a_folder_that_is_none_stops_the_survey(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="there is no folder"):
        HugoSource(tmp_path / "nothing", URL).survey(None)


def test_a_volume_that_is_not_mounted_takes_no_post_away(tmp_path: Path) -> None:
    root = write(tmp_path, {"p/a.md": PAGE})
    before = surveyed(HugoSource(root, URL))
    (root / "p/a.md").unlink()
    seen = surveyed(HugoSource(root, URL), before.state)
    assert (seen.complete, seen.state) == (False, before.state)
    assert "nothing is taken as gone" in seen.refused[str(root)].reason
    assert surveyed(HugoSource(root, URL)).complete


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    root = write(tmp_path, {"p/a.md": PAGE, "p/b.md": PAGE, "p/c.md": PAGE, "p/bad.md": "---\n"})
    first = surveyed(HugoSource(root, URL))
    write(root, {"p/b.md": PAGE + "!", "p/d.md": PAGE})
    (root / "p/c.md").unlink()
    second = surveyed(HugoSource(root, URL), first.state)
    assert (second.unchanged, set(second.posts)) == ({"p/a"}, {"p/b", "p/d"})
    assert set(second.refused) == {"p/bad.md"}
    assert second.complete


def test_a_post_turned_draft_and_back_is_seen_both_times(tmp_path: Path) -> None:
    draft = PAGE.replace("---\n", "---\ndraft: true\n", 1)
    root = write(tmp_path, {"p/a.md": PAGE, "p/b.md": PAGE})
    first = surveyed(HugoSource(root, URL))
    write(root, {"p/a.md": draft})
    second = surveyed(HugoSource(root, URL), first.state)
    third = surveyed(HugoSource(root, URL), second.state)
    assert second.withheld == third.withheld == {"p/a": "a draft"}
    write(root, {"p/a.md": PAGE})
    assert set(surveyed(HugoSource(root, URL), third.state).posts) == {"p/a"}


def test_a_rename_is_one_gone_and_one_new_unless_the_id_stays(tmp_path: Path) -> None:
    root = write(tmp_path, {"p/a.md": PAGE, "p/b.md": PAGE})
    first = surveyed(HugoSource(root, URL))
    (root / "p/b.md").rename(root / "p/c.md")
    (root / "p/a").mkdir()
    (root / "p/a.md").rename(root / "p/a/index.md")
    second = surveyed(HugoSource(root, URL), first.state)
    assert (second.ids, first.ids - second.ids) == ({"p/a", "p/c"}, {"p/b"})


def test_an_address_given_up_is_free_for_the_other(tmp_path: Path) -> None:
    twin = PAGE.replace("---\n", "---\nslug: a\n", 1)
    root = write(tmp_path, {"p/a.md": PAGE, "p/b.md": twin})
    first = surveyed(HugoSource(root, URL))
    assert set(first.refused) == {"p/b.md"}
    (root / "p/a.md").unlink()
    assert surveyed(HugoSource(root, URL), first.state).ids == {"p/b"}


@pytest.mark.parametrize(
    "state", [{}, {"fingerprint": 1}, {"fingerprint": "x", "files": {}}, {"a": []}]
)
def test_a_state_of_something_else_reads_everything(
    tmp_path: Path, state: dict[str, object]
) -> None:
    root = write(tmp_path, {"p/a.md": PAGE})
    assert set(surveyed(HugoSource(root, URL), state).posts) == {"p/a"}


Kind = Callable[[Path, str], HugoSource | JekyllSource | BuiltSource]
HEADS = (
    b"",
    b"---\n",
    b"+++\n",
    b"{",
    b"---\ndate: 2026-01-05\n---\n",
    b"<html><article>",
    b"\xff\xfe",
)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (HugoSource, "p/a.md"),
        (JekyllSource, "_posts/2026-01-05-a.md"),
        (BuiltSource, "a.html"),
    ],
)
@settings(SHARED, max_examples=40)
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=200))
def test_any_bytes_are_a_post_or_are_refused(
    tmp_path: Path, kind: Kind, name: str, head: bytes, rest: bytes
) -> None:
    root = write(tmp_path, {name: head + rest})
    seen = surveyed(kind(root, URL))
    assert len(seen.posts) + len(seen.withheld) + len(seen.refused) == 1


HEAD_KEYS = ["title", "date", "publishDate", "lastmod", "expiryDate", "slug", "url", "path", "tags"]
HEAD_KEYS += [
    "categories",
    "author",
    "authors",
    "taxonomies",
    "draft",
    "build",
    "cascade",
    "summary",
]
HEAD_KEYS += ["permalink", "published", "last_modified_at", "lang", "category", "description"]
HEAD_KEYS += [
    "render",
    "name",
    "target",
    "kind",
    "scope",
    "values",
    "type",
    "posts",
    "page",
    "tags",
]
SITE_KEYS = [
    "baseURL",
    "contentDir",
    "languages",
    "permalinks",
    "frontmatter",
    "cascade",
    "timeZone",
]
SITE_KEYS += ["permalink", "baseurl", "defaults", "collections", "exclude", "timezone", "lang"]
SITE_KEYS += ["collections_dir", "defaultContentLanguage", "author", "languageCode"]
words = st.sampled_from(
    ["", "/", "//x", ":year/:title", "../x", "2026-01-05", "a b", "\ud800", ":é"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(HEAD_KEYS + SITE_KEYS) | words, inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(SHARED, max_examples=40)
@given(
    head=st.dictionaries(st.sampled_from(HEAD_KEYS), values, max_size=5),
    site=st.dictionaries(st.sampled_from(SITE_KEYS), values, max_size=3),
)
def test_any_values_are_a_post_or_are_refused(
    tmp_path: Path, head: dict[str, object], site: dict[str, object]
) -> None:
    text, config = json.dumps(head), json.dumps(site)
    files = {"content/p/a.md": text, "content/_index.md": text, "hugo.json": config}
    # YAML holds JSON, so _config.yml can be written so too.
    write(tmp_path, files | {"_posts/2026-01-05-a.md": text, "_config.yml": config})
    for source in (HugoSource(tmp_path / "content", URL), JekyllSource(tmp_path, URL)):
        with suppress(Rejected):
            seen = surveyed(source)
            assert len(seen.posts) + len(seen.withheld) + len(seen.refused) <= 1
