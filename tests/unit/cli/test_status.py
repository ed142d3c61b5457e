"""What waits, and what has failed."""

from tests.support.graph import put_credential
from tests.unit.cli.blog import Blog


def test_an_idle_blog_says_so_and_fails_nothing(blog: Blog) -> None:
    result = blog.type("status")
    assert result.exit_code == 0
    assert "nothing waits" in result.stderr
    assert "Redis does not answer" in result.stderr


def test_what_waits_is_counted_by_handler_with_its_age(blog: Blog) -> None:
    blog.world.clock.advance(minutes=-5)
    blog.world.post("c1")
    result = blog.type("status")
    assert "comments.moderate  1        0       0          0     5 min" in result.stdout


def test_what_was_given_up_is_pointed_to(blog: Blog) -> None:
    blog.dead()
    result = blog.type("status")
    assert "1 given up: see `afterword events list --state dead`" in result.stderr


def test_machines_get_the_same_in_json(blog: Blog) -> None:
    blog.comment()
    blog.dead()
    blog.world.post("c2")
    found = blog.json("status")
    by_name = {line["handler"]: line for line in found["handlers"]}
    assert by_name["comments.moderate"]["waiting"] == 1
    assert by_name["comments.moderate"]["oldest"].endswith("Z")
    assert by_name["comments.moderate"]["oldest_seconds"] >= 0
    assert by_name["comments.remove"]["oldest_seconds"] is None
    assert (found["dead"], found["comments"]) == (1, {"published": 1})
    assert found["broker_answers"] is False
    assert {"queue": "comments", "depth": None, "in_flight": 0} in found["queues"]


def test_it_tells_what_an_app_has_spent(blog: Blog) -> None:
    assert blog.json("status")["budgets"] == {}
    with blog.world.database.write() as db:
        put_credential(db)
    assert "app: $0.00 of $1.00 today, $0.00 of $20.00 this cycle" in blog.type("status").stdout
    found = blog.json("status")
    assert found["budgets"]["app"]["day_cap_microdollars"] == 1_000_000
    assert (found["windows"], found["breakers"]) == ([], [])
