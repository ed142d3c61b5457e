"""What beat's tick opens, when it lets lists be read again, and what it mends."""

from datetime import timedelta
from typing import Any

from pipeline.domain.graph.kinds import Direction, JobState, Mode
from pipeline.domain.graph.port import Person
from pipeline.ingest import upkeep
from pipeline.ingest.graph.failing import TOO_MANY
from pipeline.ingest.graph.orders import TOMORROW
from pipeline.ingest.graph.planner import ANSWER_WITHIN
from pipeline.store.graph import accounts, jobs, lists
from pipeline.store.graph.jobs import JobRow
from pipeline.store.graph.lists import ListRow
from tests.support.graph import FakeNetwork, job, put_credential, put_jobs, put_list
from tests.support.world import World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def keep(world: World, native_id: str, people: int | None = 100, **values: Any) -> ListRow:
    """Keep followers of an account that has so many."""
    with world.database.write() as db:
        put_credential(db)
        accounts.learn(db, "x", [Person(native_id, "h", followers=people)], now=world.clock())
        return put_list(db, native_id, Direction.FOLLOWERS, **values)


def known(world: World, native_id: str, people: int | None = 100, **values: Any) -> ListRow:
    """The same, read an hour ago, and counted now."""
    read = dict.fromkeys(("swept_at", "probed_at"), world.clock() - HOUR)
    read["counted_at"] = world.clock()
    return keep(world, native_id, people, **read | values)


def open_jobs(world: World) -> list[JobRow]:
    with world.database.read() as db:
        return jobs.open_jobs(db, limit=100)


def listed(world: World, row: ListRow) -> ListRow:
    with world.database.read() as db:
        found = lists.get(db, row.key)
    assert found is not None
    return found


def plan(world: World) -> None:
    """Beat's tick and nothing of what it brings about."""
    with world.database.write() as db:
        (wanted,) = [line for line in upkeep.SCHEDULE if line.name == "graph"]
        assert upkeep.take_slot(db, world.container.ids, wanted, now=world.clock())
    world.work_on("graph")


def test_where_no_list_is_kept_a_tick_does_nothing(world: World, network: FakeNetwork) -> None:
    plan(world)
    assert open_jobs(world) == []
    assert network.asked == []


def test_a_new_list_is_swept_first(world: World, network: FakeNetwork) -> None:
    keep(world, "1")
    network.follow("1", "7")
    world.tick("graph")
    assert network.asked == [("1", None, 150)]
    world.clock.advance(minutes=5)
    world.tick("graph")
    assert len(network.asked) == 1


def test_a_list_that_was_read_gets_its_next_times_apart_from_others(world: World) -> None:
    row = known(world, "1")
    plan(world)
    found = listed(world, row)
    assert found.next_probe_at is not None
    assert found.next_sweep_at is not None
    assert 11 * DAY < found.next_probe_at - world.clock() < 17 * DAY  # its count tells before
    assert 71 * DAY < found.next_sweep_at - world.clock() < 109 * DAY


def test_who_is_due_is_probed_and_who_is_not_is_left_alone(world: World) -> None:
    due = known(world, "1", next_probe_at=world.clock(), next_sweep_at=world.clock() + DAY)
    known(world, "2", next_probe_at=world.clock() + HOUR, next_sweep_at=world.clock() + DAY)
    plan(world)
    (found,) = open_jobs(world)
    assert (found.owner, found.mode) == (due.owner, Mode.PROBE)


def test_a_sweep_takes_the_place_of_a_probe(world: World) -> None:
    known(world, "1", next_probe_at=world.clock(), next_sweep_at=world.clock())
    plan(world)
    assert [each.mode for each in open_jobs(world)] == [Mode.SWEEP]


def test_what_is_paused_or_can_not_be_read_is_left_alone(world: World) -> None:
    keep(world, "1", paused="protected")
    keep(world, "2", credential="unknown")
    with world.database.write() as db:
        put_credential(db, "broken", broken="403")
    keep(world, "3", credential="broken")
    plan(world)
    assert open_jobs(world) == []


def test_a_sweep_that_is_too_dear_to_begin_unasked_is_not_begun(world: World) -> None:
    keep(world, "1", 60_000)  # $600, where a day's share is $500
    keep(world, "2", None)  # nobody knows
    plan(world)
    assert open_jobs(world) == []


def test_a_long_sweep_waits_for_the_next_day(world: World) -> None:
    world.clock.now = world.clock().replace(hour=23, minute=54)
    keep(world, "1", 40_000)
    keep(world, "2", 100)
    plan(world)
    waiting, begun = sorted(open_jobs(world), key=lambda each: each.out_until is not None)
    assert waiting.reason == TOMORROW
    assert waiting.not_before == world.clock().replace(hour=0, minute=5) + DAY
    assert begun.out_until is not None


def test_asked_for_it_begins_at_once_also_where_it_waited(world: World) -> None:
    world.clock.now = world.clock().replace(hour=23, minute=54)
    row = keep(world, "1", 40_000)
    plan(world)
    with world.database.write() as db:
        world.container.graph.sync(db, row, Mode.SWEEP)
    (found,) = open_jobs(world)
    assert found.out_until is not None


def test_a_job_whose_task_never_answered_is_handed_out_again(world: World) -> None:
    row = known(world, "1", next_probe_at=world.clock() + 9 * DAY)
    with world.database.write() as db:
        put_jobs(db, [job(row.owner, out_until=world.clock() + ANSWER_WITHIN)])
    plan(world)
    assert [each.attempts for each in open_jobs(world)] == [0]
    world.clock.now += ANSWER_WITHIN
    plan(world)
    (found,) = open_jobs(world)
    assert (found.attempts, found.version) == (1, 0)
    assert found.out_until == world.clock() + ANSWER_WITHIN


def test_one_that_never_answers_has_failed_in_the_end(world: World) -> None:
    row = known(world, "1", next_probe_at=world.clock() + 9 * DAY)
    with world.database.write() as db:
        lost = job(row.owner, out_until=world.clock(), attempts=TOO_MANY - 1)
        put_jobs(db, [lost])
    plan(world)
    with world.database.read() as db:
        found = jobs.get(db, lost.id)
    assert found is not None
    assert found.state == JobState.FAILED
    assert listed(world, row).next_sweep_at == world.clock() + DAY


def test_a_lost_alarm_is_set_again(world: World) -> None:
    row = known(world, "1", next_probe_at=world.clock() + 9 * DAY)
    later = world.clock() + HOUR
    with world.database.write() as db:
        put_jobs(db, [job(row.owner, not_before=later)])
    plan(world)
    with world.database.read() as db:
        alarms = db.exec_driver_sql("SELECT COUNT(*) FROM delivery WHERE handler = 'graph.wake'")
        assert alarms.scalar_one() == 1
