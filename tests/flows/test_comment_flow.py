"""A comment from its event to the page, on both databases."""

import msgspec
import pytest
from sqlalchemy import select

from pipeline.domain import events
from pipeline.domain.decisions import Action, Reason
from pipeline.domain.duties import Due
from pipeline.domain.public import Place, encode
from pipeline.errors import StaleVersionError
from pipeline.ingest.accept import Status
from pipeline.ingest.comments.decide import Order, decide
from pipeline.ingest.comments.replay import PROJECTED, Replay
from pipeline.ingest.work import Ending
from pipeline.store import audit, comments, ledger, threads, verdicts
from pipeline.store.comment_tables import Seen
from tests.support.world import World, html_of

PAGE = ("blog", "/posts/a/")


def test_a_harmless_comment_is_published(world: World) -> None:
    posted = world.post("c1")
    assert [result.ending for result in world.work()] == [Ending.DONE]
    with world.database.read() as db:
        comment = comments.get(db, posted)
        assert comment is not None
        assert (comment.state, comment.shown_revision, comment.seen) == ("published", 1, Seen.TEXT)
        assert html_of(comment) == "<p>A fine post, thank you.</p>"
        thread = threads.get(db, *PAGE)
        assert thread is not None
        assert thread.size == 1
        (verdict,) = verdicts.of_comment(db, posted)
    assert msgspec.json.decode(verdict.detail)["decision"] == "publish"


def test_a_moment_with_an_offset_is_shown_in_utc(world: World) -> None:
    posted = world.post("c1", at="2026-05-01T01:30:00+02:00")
    world.work()
    with world.database.read() as db:
        comment = comments.get(db, posted)
    assert comment is not None
    assert '"at":"2026-04-30T23:30:00Z"' in (comment.public or "")


def test_the_same_delivery_twice_changes_nothing(world: World) -> None:
    posted = world.post("c1")
    (due,) = world.due()
    assert world.bench.work(due).ending is Ending.DONE
    before = snapshot(world)
    assert world.bench.work(due).ending is Ending.STALE
    assert world.bench.work(Due(posted, "comments.moderate", 1)).ending is Ending.STALE
    assert snapshot(world) == before


def test_the_same_fact_twice_is_one_comment(world: World) -> None:
    data = {
        "id": "c1",
        "page": "/posts/a/",
        "page_url": "https://blog.example/posts/a/",
        "author": {"name": "Ada"},
        "text": "Once.",
    }
    first = world.send(events.COMMENT_POSTED, data, key="m1")
    again = world.send(events.COMMENT_POSTED, data, key="m1")
    other = world.send(events.COMMENT_POSTED, data | {"text": "Twice."}, key="m1")
    assert (first.status, again.status, other.status) == (
        Status.ACCEPTED,
        Status.DUPLICATE,
        Status.CONFLICT,
    )
    assert {first.event_id, again.event_id, other.event_id} == {first.event_id}
    assert len(world.work()) == 1


def test_a_second_comment_under_a_known_id_is_dead_with_its_reason(world: World) -> None:
    world.post("c1")
    second = world.post("c1", "Another text under the same id.")
    assert [result.ending for result in world.work()] == [Ending.DONE, Ending.DEAD]
    with world.database.read() as db:
        (row,) = ledger.of_event(db, second)
    assert row.last_error is not None
    assert "comment.edited" in row.last_error


def test_an_edit_is_judged_anew_and_readers_keep_the_old_text_until_then(world: World) -> None:
    posted = world.post("c1")
    world.work()
    world.send(events.COMMENT_EDITED, {"id": "c1", "text": "Better words."})
    world.work()
    spam = "casino bonus " * 20 + "https://a.example https://b.example https://c.example viagra"
    world.send(events.COMMENT_EDITED, {"id": "c1", "text": spam})
    world.work()
    with world.database.read() as db:
        comment = comments.get(db, posted)
        judged = verdicts.of_comment(db, posted)
    assert comment is not None
    assert (comment.revision, comment.shown_revision) == (3, 2)
    assert html_of(comment) == "<p>Better words.</p>"
    assert [each.revision for each in judged] == [3, 2, 1]
    assert judged[0].decision != "publish"


def test_an_edit_that_overtook_its_comment_waits_for_it(world: World) -> None:
    world.post("c1")
    world.send(events.COMMENT_EDITED, {"id": "c1", "text": "Second."})
    first = world.due()
    assert [due.handler for due in first] == ["comments.moderate"]
    assert world.due() == []
    world.bench.work(first[0])
    assert len(world.due()) == 1


@pytest.mark.parametrize("type_", [events.COMMENT_EDITED, events.COMMENT_REMOVED])
def test_what_came_before_its_comment_is_carried_out_when_that_comes(
    world: World, type_: str
) -> None:
    early = (
        {"id": "c1", "text": "Better words."} if type_ == events.COMMENT_EDITED else {"id": "c1"}
    )
    world.send(type_, early)
    assert [result.ending for result in world.work()] == [Ending.DEAD]
    posted = world.post("c1")
    assert [result.ending for result in world.work()] == [Ending.DONE, Ending.DONE]
    with world.database.read() as db:
        row = comments.get(db, posted)
    assert row is not None
    assert html_of(row) == ("<p>Better words.</p>" if type_ == events.COMMENT_EDITED else None)


def test_a_removed_parent_keeps_its_replies(world: World) -> None:
    parent = world.post("c1")
    world.post("c2", "A reply.", parent="c1")
    world.work()
    world.send(events.COMMENT_REMOVED, {"id": "c1"})
    world.work()
    with world.database.read() as db:
        row, thread = comments.get(db, parent), threads.get(db, *PAGE)
    assert row is not None
    assert thread is not None
    assert (row.state, row.seen) == ("removed", Seen.PLACE_HOLDER)
    assert row.public == encode(Place(row.at))
    assert thread.size == 1


def test_a_reply_that_came_before_its_parent_finds_it(world: World) -> None:
    reply = world.post("c2", "A reply.", parent="c1")
    world.work()
    parent = world.post("c1")
    world.work()
    with world.database.read() as db:
        row = comments.get(db, reply)
    assert row is not None
    assert row.parent_id == parent


def test_a_decision_on_a_version_somebody_changed_is_refused_and_all_can_be_undone(
    world: World,
) -> None:
    posted = world.post("c1")
    world.work()
    order = Order(posted, Action.REJECT, Reason.SPAM, "owner", version=1)
    with world.database.write() as db:
        decide(db, world.container.ids, order)
    with world.database.write() as db, pytest.raises(StaleVersionError):
        decide(db, world.container.ids, order)
    with world.database.read() as db:
        hidden, thread = comments.get(db, posted), threads.get(db, *PAGE)
    assert hidden is not None
    assert (hidden.state, hidden.seen) == ("rejected", Seen.NOTHING)
    assert thread is not None
    assert thread.size == 0
    with world.database.write() as db:
        undo = Order(posted, Action.UNDO, Reason.MISTAKE, "owner")
        decide(db, world.container.ids, undo)
    with world.database.read() as db:
        shown = comments.get(db, posted)
        assert audit.first_broken(db) is None
        assert [a.action for a in audit.of_comment(db, posted)] == ["reject", "undo"]
    assert shown is not None
    assert (shown.state, shown.seen) == ("published", Seen.TEXT)


def test_a_replay_ends_with_the_same_rows(world: World) -> None:
    posted = world.post("c1")
    world.post("c2", "I agree.", parent="c1", name="Bob")
    world.post("c2", "The same id again.", name="Eve")
    world.send(events.COMMENT_EDITED, {"id": "nobody", "text": "Nothing to edit."})
    world.work()
    world.send(events.COMMENT_EDITED, {"id": "c1", "text": "Better words."})
    world.send(events.COMMENT_REMOVED, {"id": "c2"})
    world.work()
    with world.database.write() as db:
        decide(db, world.container.ids, Order(posted, Action.REJECT, Reason.AD, "owner"))
    waiting = world.post("c3", "Still on its way.")
    before = snapshot(world)
    with world.database.write() as db:
        assert all(Replay(world.container.moderator).run(db))
    assert snapshot(world) == before
    assert [result.ending for result in world.work()] == [Ending.DONE]
    with world.database.read() as db:
        assert comments.get(db, waiting) is not None


def snapshot(world: World) -> dict[str, list[tuple[object, ...]]]:
    with world.database.read() as db:
        return {
            table.name: sorted(tuple(row) for row in db.execute(select(table)))
            for table in PROJECTED
        }
