"""`afterword graph add, remove, list, sync, status` where no network needs to be asked."""

from datetime import timedelta

import pytest

from pipeline.domain.graph.kinds import JobState, Mode
from pipeline.domain.graph.port import Person
from pipeline.store.graph import accounts, jobs, lists
from tests.support.graph import put_credential
from tests.unit.cli.blog import Blog, refuses


@pytest.fixture
def keyed(blog: Blog) -> Blog:
    """A blog with a credential for X, and one account that was seen before."""
    with blog.world.database.write() as db:
        put_credential(db)
        ada = Person("12", "Ada", followers=300, following=40)
        accounts.learn(db, "x", [ada], now=blog.world.clock())
    return blog


def test_lists_are_kept_listed_and_removed(keyed: Blog) -> None:
    added = keyed.type("graph", "add", "@ada", "77", "--followers", "--interest", "3")
    assert added.exit_code == 0, added.output
    assert "followers of @Ada, 300 people are kept from now on" in added.stdout
    rows = keyed.json("graph", "list")
    assert [(row["account"], row["list"], row["interest"]) for row in rows] == [
        ("12", "followers", 3.0),
        ("77", "followers", 3.0),
    ]
    assert "@Ada" in keyed.type("graph", "list").stdout
    removed = keyed.type("graph", "remove", "@ADA")
    assert removed.stdout == "followers of @Ada are read no more\n"
    assert [row["account"] for row in keyed.json("graph", "list")] == ["77"]


def test_followers_are_kept_where_no_list_is_named_and_both_where_both_are(keyed: Blog) -> None:
    rows = keyed.json("graph", "add", "77")
    assert [row["list"] for row in rows] == ["followers"]
    rows = keyed.json("graph", "add", "12", "--followers", "--following")
    assert [row["list"] for row in rows] == ["followers", "following"]
    assert all(row["new"] for row in rows)


def test_adding_again_changes_what_is_said_and_nothing_else(keyed: Blog) -> None:
    keyed.type("graph", "add", "12", "--following", "--interest", "3", "--sweep-days", "9")
    again = keyed.type("graph", "add", "12", "--following", "--interest", "5")
    assert "were kept already" in again.stdout
    (row,) = keyed.json("graph", "list")
    assert (row["interest"], row["sweep_days"]) == (5.0, 9.0)


def test_without_a_credential_it_says_how_to_get_one(blog: Blog) -> None:
    refuses(blog.type("graph", "add", "12"), 1, "no usable credential for x", "graph login")


def test_a_credential_must_be_of_the_network(keyed: Blog) -> None:
    wrong = keyed.type("graph", "add", "1", "--network", "bluesky", "--credential", "key")
    refuses(wrong, 2, "'key' is of x, not of bluesky")
    refuses(keyed.type("graph", "add", "1", "--credential", "k"), 1, "there is no credential 'k'")


def test_what_can_be_no_account_is_refused(keyed: Blog) -> None:
    refuses(keyed.type("graph", "add", "https://x.com/ada"), 1, "names no account")


def test_looking_up_is_asked_about_with_its_price(keyed: Blog) -> None:
    asked = keyed.type("graph", "add", "@grace", "@linus")
    refuses(asked, 2, "nobody can be asked", "--yes")


def test_what_is_not_kept_can_be_neither_read_nor_removed(keyed: Blog) -> None:
    for verb in ("sync", "remove"):
        refuses(keyed.type("graph", verb, "@ada"), 1, "no followers or following of @ada")
        refuses(keyed.type("graph", verb, "@nobody"), 1, "`afterword graph add @nobody`")


def test_a_sync_says_its_price_and_that_the_work_waits(keyed: Blog) -> None:
    keyed.type("graph", "add", "12", "--followers")
    unasked = keyed.type("graph", "sync", "12")
    assert unasked.exit_code == 2
    assert "followers of @Ada: sweep of 300 people, 1 request, $3.00" in unasked.stderr
    assert "$1.00 of $1.00 left today" in unasked.stderr
    assert "it does not fit: it would take 3 days" in unasked.stderr
    done = keyed.type("graph", "sync", "12", "--yes")
    assert done.exit_code == 0, done.output
    assert "the work waits for `afterword up`" in done.stderr
    assert done.stdout == "followers of @Ada: sweep open, 0 pages\n"
    with keyed.world.database.read() as db:
        (job,) = jobs.open_jobs(db, limit=9)
    assert job.out_until is not None


def test_what_was_read_before_is_probed_for_less(keyed: Blog) -> None:
    keyed.type("graph", "add", "12", "--followers")
    now = keyed.world.clock()
    with keyed.world.database.write() as db:
        (row,) = lists.listing(db)
        lists.change(db, row.key, swept_at=now - timedelta(days=2), probed_at=now)
    (job,) = keyed.json("graph", "sync", "12", "--yes")
    assert (job["mode"], job["state"]) == (Mode.PROBE, JobState.OPEN)
    sweep = keyed.type("graph", "sync", "12", "--mode", "sweep")
    assert "sweep of 300 people, 1 request, $3.00" in sweep.stderr
    refuses(keyed.type("graph", "sync", "12", "--mode", "confirm"), 2, "'probe', 'sweep'")


def test_the_status_shows_lists_jobs_and_money(keyed: Blog) -> None:
    empty = keyed.type("graph", "status")
    assert "no list is kept" in empty.stderr
    keyed.type("graph", "add", "12", "--followers")
    keyed.type("graph", "sync", "12", "--yes")
    shown = keyed.type("graph", "status")
    assert shown.exit_code == 0, shown.output
    assert "not swept by itself: $3.00 is more than a day's share of $0.50" in shown.stderr
    assert "app: $0.00 of $1.00 today, $0.00 of $20.00 this cycle" in shown.stdout
    assert "sweep  @Ada" in shown.stdout
    found = keyed.json("graph", "status")
    assert found["open_jobs"] == 1
    assert found["jobs"][0]["where"] == "out"
    assert found["budgets"]["app"]["day_cap_microdollars"] == 1_000_000


def test_a_broken_credential_is_shown_with_its_reason(keyed: Blog) -> None:
    keyed.type("graph", "add", "12", "--followers")
    with keyed.world.database.write() as db:
        put_credential(db, broken="client-not-enrolled")
    shown = keyed.type("graph", "status")
    assert "the credential 'key' is broken: client-not-enrolled" in shown.stderr
