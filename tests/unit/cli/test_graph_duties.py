"""Forgetting an account, and what listening says before it begins."""

from pipeline.store.graph import accounts
from tests.support.dump import dump
from tests.support.pushed import ADA, BOB, follow, known
from tests.unit.cli.blog import Blog, refuses


def test_an_account_is_erased_by_its_handle(blog: Blog) -> None:
    known(blog.world, ADA, BOB)
    blog.world.send("follow.added", follow(ADA, BOB))
    found = blog.json("graph", "erase", f"@{ADA.handle}", "--yes")
    assert found == {"edges": 0, "lists": 0, "events": 1, "credentials": 0}
    with blog.world.database.read() as db:
        assert ADA.native_id not in dump(db)
        assert list(accounts.by_native(db, "x", [ADA.native_id, BOB.native_id])) == [BOB.native_id]


def test_what_was_erased_is_told(blog: Blog) -> None:
    known(blog.world, ADA)
    result = blog.type("graph", "erase", ADA.native_id, "--yes")
    assert result.stdout == "Erased: 0 edges, 0 lists, 0 logins; 0 events blanked.\n"
    assert "exported or backed up" in result.stderr
    assert str(ADA.handle) not in result.output


def test_nobody_is_erased_without_a_yes(blog: Blog) -> None:
    known(blog.world, ADA)
    refuses(blog.type("graph", "erase", f"@{ADA.handle}"), 2, "--yes")
    with blog.world.database.read() as db:
        assert accounts.by_native(db, "x", [ADA.native_id])


def test_a_name_nobody_has_is_told(blog: Blog) -> None:
    refuses(blog.type("graph", "erase", "@nobody", "--yes"), 1, "@nobody", "give the account's id")


def test_a_replay_keeps_whom_nobody_may_store(blog: Blog) -> None:
    blog.json("graph", "erase", ADA.native_id, "--yes")
    assert blog.json("events", "replay", "--yes")["folded"] == 1
    with blog.world.database.write() as db:
        assert blog.world.container.erased.without(db, "x", [ADA]) == []


def test_the_reason_of_an_erasure_is_kept_by_a_purge(blog: Blog) -> None:
    blog.json("graph", "erase", ADA.native_id, "--yes")
    result = blog.type("events", "purge", "--before", "0d", "--type", "graph.erased", "--yes")
    refuses(result, 1, "graph.erased", "kept")


def test_listening_needs_an_app_s_own_token(blog: Blog) -> None:
    refuses(blog.type("graph", "listen"), 1, "AFTERWORD_X_BEARER_TOKEN", "graph login --bearer")
    refuses(blog.type("graph", "listen", "--credential", "odd"), 1, "'odd'", "graph credentials")


def test_a_login_does_not_open_the_stream(blog: Blog) -> None:
    blog.type("graph", "login", "--network", "bluesky")
    refuses(blog.type("graph", "listen", "--credential", "bluesky"), 1, "'bluesky'", "app's own")


def test_a_source_of_afterword_s_own_is_refused(blog: Blog) -> None:
    refuses(blog.type("graph", "listen", "--source", "beat"), 2, "--source", "own")
