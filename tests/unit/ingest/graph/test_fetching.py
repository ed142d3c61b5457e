"""Reading lists, from a wish to the settled job, on a network of Python lists."""

from datetime import timedelta

from pipeline.domain.duties import Due
from pipeline.domain.graph import plans
from pipeline.domain.graph.kinds import AccountState, JobState, Mode
from pipeline.domain.graph.plans import Sweep
from pipeline.ingest.work import Ending
from pipeline.store.graph import jobs, suspects
from tests.support.graph import FakeNetwork, Followed
from tests.support.world import World


def test_a_list_that_was_never_read_is_swept(followed: Followed) -> None:
    members = followed.joined(2345)
    job = followed.sync(Mode.PROBE)
    assert (job.mode, job.state) == (Mode.SWEEP, JobState.DONE)
    assert followed.members() == set(members)
    assert followed.listed().swept_at is not None


def test_what_was_read_counts_the_last_page_too(followed: Followed) -> None:
    followed.joined(2345)
    plan = plans.decode(followed.sync().plan or "")
    assert isinstance(plan, Sweep)
    closing = followed.network.asked[-1][2]
    assert (plan.seen, plan.closing_from) == (2345 + closing, 3)


def test_one_page_is_one_task(followed: Followed, world: World) -> None:
    followed.joined(2500)
    job = followed.sync()
    with world.database.read() as db:
        rows = db.exec_driver_sql("SELECT attempts FROM delivery WHERE handler = 'graph.fetch'")
        attempts = [row[0] for row in rows]
    assert len(attempts) == job.page_no == len(followed.network.asked)
    assert set(attempts) == {1}


def test_a_probe_asks_for_little_and_stops_at_what_is_known(followed: Followed) -> None:
    followed.joined(1500)
    followed.sync()
    followed.world.clock.advance(days=1)
    new = followed.joined(3, first=9000)
    followed.network.asked.clear()
    job = followed.sync(Mode.PROBE)
    assert job.state == JobState.DONE
    ((_, cursor, size),) = followed.network.asked
    assert cursor is None
    assert size < 50
    assert set(new) <= followed.members()
    assert followed.listed().changes == 3


def test_a_probe_goes_on_while_there_is_news(followed: Followed) -> None:
    old = followed.joined(1500)
    followed.sync()
    followed.world.clock.advance(days=1)
    new = followed.joined(400, first=9000)
    followed.network.asked.clear()
    assert followed.sync(Mode.PROBE).state == JobState.DONE
    assert len(followed.network.asked) == 2
    assert followed.members() == {*old, *new}


def test_those_who_left_are_told_from_those_suspended_and_deleted(
    followed: Followed, network: FakeNetwork
) -> None:
    members = followed.joined(1200)
    followed.sync()
    followed.world.clock.advance(days=1)
    gone, suspended, deleted = members[5], members[500], members[1100]
    network.unfollow(followed.owner, gone)
    network.states |= {suspended: AccountState.SUSPENDED, deleted: AccountState.DELETED}
    followed.sync(Mode.SWEEP)
    assert sorted(network.looked_up) == sorted([gone, suspended, deleted])
    with followed.world.database.read() as db:
        assert suspects.of_list(db, followed.row.key) == {}
        reasons = db.exec_driver_sql("SELECT end_reason FROM edge_span WHERE to_hi IS NOT NULL")
        assert sorted(row[0] for row in reasons) == ["deleted", "suspended", "unfollowed"]
    assert followed.members() == set(members) - {gone, suspended, deleted}


def test_whom_a_look_up_says_nothing_of_is_asked_about_after_the_next_sweep(
    followed: Followed, network: FakeNetwork
) -> None:
    members = followed.joined(60)
    followed.sync()
    odd = members[7]
    network.unfollow(followed.owner, odd)
    profiles = network.profiles
    network.profiles = lambda _ids: profiles([])  # type: ignore[method-assign] # it says nothing
    followed.world.clock.advance(days=1)
    followed.sync(Mode.SWEEP)
    assert odd in followed.members()
    network.profiles = profiles  # type: ignore[method-assign] # as before
    followed.world.clock.advance(days=1)
    followed.sync(Mode.SWEEP)
    assert network.looked_up == [odd]
    assert followed.members() == set(members) - {odd}


def test_more_missing_than_one_look_up_takes_are_looked_up_in_turn(
    followed: Followed, network: FakeNetwork
) -> None:
    members = followed.joined(600)
    followed.sync()
    followed.world.clock.advance(days=1)
    network.unfollow(followed.owner, *members[100:350])
    followed.sync(Mode.SWEEP)
    assert len(network.looked_up) == 250
    assert followed.members() == {*members[:100], *members[350:]}


def test_a_refollow_during_a_sweep_is_no_loss(followed: Followed, network: FakeNetwork) -> None:
    members = followed.joined(2500)
    followed.sync()
    followed.world.clock.advance(days=1)
    oldest = members[0]
    pages: list[None] = []

    def come_back() -> None:
        pages.append(None)
        if len(pages) == 2:  # the first page was read: it has not seen this one
            network.follow(followed.owner, oldest)

    network.before = come_back
    assert followed.sync(Mode.SWEEP).state == JobState.DONE
    assert oldest in followed.members()
    assert network.looked_up == []


def test_the_same_step_twice_takes_one_page(followed: Followed, world: World) -> None:
    followed.joined(500)
    job = followed.sync()
    with world.database.read() as db:
        rows = db.exec_driver_sql("SELECT event_id FROM delivery WHERE handler = 'graph.fetch'")
        (event_id,) = [row[0] for row in rows]
    with world.database.write() as db:
        db.exec_driver_sql("UPDATE delivery SET state = 'pending', settled_at = NULL")
    asked = len(followed.network.asked)
    result = world.bench.work(Due(event_id, "graph.fetch", 1))
    assert result.ending is Ending.DONE
    assert len(followed.network.asked) == asked
    assert followed.job(job.id) == job


def test_a_task_that_was_overtaken_changes_nothing(followed: Followed, world: World) -> None:
    members = followed.joined(2500)
    taken: list[None] = []

    def overtake() -> None:
        taken.append(None)
        if len(taken) == 1:
            with world.database.write() as db:
                (job,) = jobs.open_of(db, followed.row.key)
                jobs.step(db, job)

    followed.network.before = overtake
    job = followed.sync()
    assert job.state == JobState.DONE
    assert len(followed.network.asked) == job.page_no + 1  # the first page's answer was for nothing
    assert job.version == job.page_no + 1
    assert followed.members() == set(members)


def test_a_removed_list_is_not_read_to_its_end(followed: Followed, world: World) -> None:
    followed.joined(2500)

    def remove() -> None:
        with world.database.write() as db:
            world.container.graph.drop(db, followed.row.key)

    followed.network.before = remove
    with world.database.write() as db:
        world.container.graph.sync(db, followed.row, None)
    world.work()
    assert len(followed.network.asked) == 1
    with world.database.read() as db:
        assert jobs.count_open(db) == 0


def test_asking_for_what_is_being_read_makes_no_second_job(followed: Followed) -> None:
    followed.joined(10)
    with followed.world.database.write() as db:
        first = followed.world.container.graph.sync(db, followed.row, None)
        second = followed.world.container.graph.sync(db, followed.row, None)
        assert first is not None
        assert second is not None
        assert second.id == first.id
        assert jobs.count_open(db) == 1


def test_when_the_window_is_used_up_the_job_waits_and_then_ends(
    followed: Followed, network: FakeNetwork
) -> None:
    network.quota = 2
    members = followed.joined(2500)
    job = followed.sync()
    assert job.state == JobState.OPEN
    assert job.not_before > network.reset_at
    assert job.out_until is None
    for _ in range(6):
        followed.world.clock.advance(minutes=16)
        followed.world.work()
    assert followed.job(job.id).state == JobState.DONE
    assert followed.members() == set(members)


def test_what_is_learnt_counts_the_days_between_looks(followed: Followed) -> None:
    followed.joined(300)
    followed.sync()
    for day in range(4):
        followed.world.clock.advance(days=2)
        followed.joined(2, first=5000 + 10 * day)
        followed.sync(Mode.PROBE)
    listed = followed.listed()
    assert 6 < listed.changes <= 8
    assert timedelta(days=6) < timedelta(days=listed.days) <= timedelta(days=8)


def test_a_probe_that_meets_the_lists_end_knows_it_whole(
    followed: Followed, network: FakeNetwork
) -> None:
    members = followed.joined(7)
    followed.sync()
    followed.world.clock.advance(days=1)
    network.unfollow(followed.owner, members[0])
    assert followed.sync(Mode.PROBE).state == JobState.DONE
    listed = followed.listed()
    assert followed.members() == set(members[1:])
    assert listed.probed_at is not None
    assert listed.probed_at >= followed.world.clock() - timedelta(minutes=5)
