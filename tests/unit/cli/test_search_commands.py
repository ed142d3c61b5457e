"""`afterword posts`, `afterword index`, `afterword search` as the owner types them."""

import re
from pathlib import Path

import pytest

from tests.unit.cli.blog import SETTINGS, Blog, refuses

POST = """---
title: {title}
date: 2026-01-02
---
{body}
"""


@pytest.fixture
def hugo(blog: Blog) -> Path:
    """A content folder with two posts, named in the settings."""
    folder = blog.home / "content" / "posts"
    folder.mkdir(parents=True)
    write(folder / "one.md", "Marmalade", "Oranges and sugar.")
    write(folder / "two.md", "Bread", "Flour and water.")
    content = f'content = {{ kind = "hugo", path = "{folder.parent}" }}\n\n[sources.blog]'
    blog.settings(SETTINGS.replace("\n[sources.blog]", content, 1))
    return folder


def work(blog: Blog) -> None:
    """Work what is due: the command reads the machine's own clock, which has moved on."""
    blog.world.clock.advance(minutes=1)
    blog.world.work()


def write(file: Path, title: str, body: str) -> None:
    file.write_text(POST.format(title=title, body=body))


def test_a_sync_logs_what_changed_and_says_so(blog: Blog, hugo: Path) -> None:
    assert blog.type("posts", "sync").stdout == "blog: 2 added, 0 changed\n"
    work(blog)
    assert blog.type("posts", "sync").stdout == "blog: 0 added, 0 changed, 2 unchanged\n"

    write(hugo / "one.md", "Marmalade", "Lemons and sugar.")
    (hugo / "two.md").unlink()
    assert blog.type("posts", "sync").stdout == "blog: 0 added, 1 changed, 1 removed\n"
    work(blog)
    assert blog.world.find("lemons") == ["posts/one"]
    assert blog.world.find("bread") == []


def test_what_can_not_be_read_is_named_with_its_line_and_kept(blog: Blog, hugo: Path) -> None:
    blog.type("posts", "sync")
    work(blog)
    (hugo / "one.md").write_text("---\ntitle: [never closed\n---\nText.\n")
    result = blog.type("posts", "sync")
    assert result.exit_code == 1
    assert "1 refused" in result.stdout
    assert "posts/one.md:" in result.stderr
    work(blog)
    assert blog.world.find("marmalade") == ["posts/one"]


def test_a_draft_is_taken_off(blog: Blog, hugo: Path) -> None:
    blog.type("posts", "sync")
    work(blog)
    (hugo / "one.md").write_text("---\ntitle: Marmalade\ndraft: true\n---\nText.\n")
    assert "1 removed" in blog.type("posts", "sync").stdout
    work(blog)
    assert blog.world.find("marmalade") == []


def test_posts_are_listed_with_where_they_stand(blog: Blog, hugo: Path) -> None:
    blog.type("posts", "sync")
    work(blog)
    rows = blog.json("posts", "list")
    assert [(row["id"], row["state"]) for row in rows] == [
        ("posts/one", "published"),
        ("posts/two", "published"),
    ]
    assert "posts/one" in blog.type("posts", "list", "--search", "one").stdout
    assert hugo.exists()


def test_a_site_without_content_is_told_what_to_set(blog: Blog) -> None:
    refuses(blog.type("posts", "sync"), 2, "sites.NAME.content is not set", "hugo")
    refuses(blog.type("posts", "sync", "--site", "blog"), 2, "sites.blog.content is not set")


def test_a_rebuild_is_live_and_a_rollback_goes_back(blog: Blog) -> None:
    blog.world.publish("a", title="Marmalade")
    work(blog)
    first = blog.json("index", "status")["generations"][-1]["name"]
    blog.world.publish("z", title="Soup")
    work(blog)
    rebuilt = blog.json("index", "rebuild")
    assert rebuilt["documents"] == 2
    assert rebuilt["name"] != first
    blog.world.publish("b", title="Bread")
    work(blog)

    listed = blog.type("index", "status").stdout.splitlines()
    assert sorted(line.split()[1:3] for line in listed[1:3]) == [["kept", "2"], ["live", "3"]]

    back = blog.type("index", "rollback").stdout
    assert back == f"{first} is live: 3 documents, equal to the posts.\n"
    assert blog.world.find("bread") == ["b"]
    states = {row["name"]: row["state"] for row in blog.json("index", "status")["generations"]}
    assert states == {first: "live", rebuilt["name"]: "kept"}


def test_without_a_kept_generation_there_is_no_way_back(blog: Blog) -> None:
    refuses(blog.type("index", "rollback"), 1, "nothing to go back to")


def test_a_reconcile_says_what_it_mended(blog: Blog) -> None:
    blog.world.publish("a", title="Marmalade")
    work(blog)
    engine = blog.world.container.index.engine
    (live,) = [each.name for each in engine.generations() if each.live]
    engine.purge(live, ["blog/a"])
    assert blog.world.find("marmalade") == []

    found = blog.json("index", "reconcile")
    assert found["drift"] == [{"key": "blog/a", "kind": "missing"}]
    assert found["left"] == []
    assert blog.world.find("marmalade") == ["a"]
    assert blog.json("index", "reconcile")["drift"] == []


def test_a_search_prints_hits_and_their_addresses(blog: Blog) -> None:
    year = blog.world.clock().year
    blog.world.publish("a", title="Marmalade", body="Oranges and sugar.")
    work(blog)
    shown = blog.type("search", "oranges").stdout
    assert "1. Marmalade" in shown
    assert "https://blog.example/posts/a/" in shown
    assert "*Oranges*" in shown
    found = blog.json("search", "oranges")
    assert found["total"] == 1
    assert found["facets"]["year"] == {str(year): 1}
    assert found["hits"][0]["highlight"]["body"] == "<mark>Oranges</mark> and sugar."


def test_a_hit_is_three_lines_and_has_a_score_where_words_gave_one(blog: Blog) -> None:
    blog.world.publish("a", title="Marmalade", body="Oranges.\n\nSugar.\n\n* Pots", tags=["x"])
    work(blog)
    ranked = blog.type("search", "oranges").stdout.splitlines()
    newest = blog.type("search", "tag:x").stdout.splitlines()
    assert ranked[2:] == ["   *Oranges*. Sugar. Pots", "1 found"]
    assert re.fullmatch(r"1\. Marmalade  \(\d{4}-\d\d-\d\d, \d+\.\d\d\)", ranked[0])
    assert re.fullmatch(r"1\. Marmalade  \(\d{4}-\d\d-\d\d\)", newest[0])


def test_a_site_that_is_none_is_said(blog: Blog) -> None:
    for command in (("search",), ("search", "x"), ("posts", "list"), ("posts", "sync")):
        refuses(blog.type(*command, "--site", "blgo"), 2, "'blgo' is no site", "blog")


def test_of_several_sites_one_must_be_said(blog: Blog) -> None:
    other = '\n[sites.other]\nurl = "https://other.example"\n'
    blog.settings(SETTINGS + other)
    refuses(blog.type("search", "x"), 2, "say which", "blog, other")


def test_what_readers_look_for_is_reported(blog: Blog) -> None:
    journal = blog.world.container.journal
    journal.asked("blog", "marmalade", 3)
    journal.asked("blog", "xylophone", 0)
    journal.flush()
    found = blog.json("search")
    assert [row["text"] for row in found["top"]] == ["marmalade", "xylophone"]
    assert [row["text"] for row in found["nothing_found"]] == ["xylophone"]
    assert "xylophone" in blog.type("search").stdout
    assert blog.type("search", "--days", "1").stdout.startswith("Asked most often in 1 day\n")


def test_comments_leave_the_index_of_a_site_that_does_not_search_them(blog: Blog) -> None:
    blog.world.publish("a", url="https://blog.example/posts/a/")
    blog.world.work()
    blog.world.post("c1", text="I use a **marmalade** algorithm for that, by the way.")
    work(blog)
    assert blog.world.find("marmalade") == ["a"]

    site = 'url = "https://blog.example"'
    blog.settings(SETTINGS.replace(site, f"{site}\nsearch_comments = false", 1))
    assert blog.json("index", "reconcile")["drift"] == [{"key": "blog/a", "kind": "stale"}]
    assert blog.world.find("marmalade") == []


def test_wrong_lines_of_synonyms_are_named(blog: Blog) -> None:
    site = 'url = "https://blog.example"'
    blog.settings(SETTINGS.replace(site, f'{site}\nsynonyms = "words.txt"', 1))
    (blog.home / "words.txt").write_text("js, javascript\nonly\n\nfoo =>\n" + "x\n" * 50)
    refused = blog.type("search", "js")
    refuses(refused, 2, "sites.blog.synonyms", "must be a file of rules (line 2: 'only'", "line 4:")
    assert len(refused.stderr) < 1000
