"""Each way a step can fail, and what becomes of its job."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain.graph.failures import (
    CredentialDeadError,
    CursorExpiredError,
    ListGoneError,
    NetworkDownError,
    NoCreditsError,
    NotAllowedError,
    RateLimitedError,
    UsageCappedError,
)
from pipeline.domain.graph.kinds import AccountState, JobState
from pipeline.domain.graph.money import CAPPED
from pipeline.domain.graph.port import Limits
from pipeline.errors import Rejected
from pipeline.ingest.graph.failing import LOOK_AGAIN, MOST_RESTARTS, TOO_MANY
from pipeline.settings import Graph
from pipeline.store.database import Database
from pipeline.store.graph import accounts, breakers, credentials
from pipeline.store.graph.breakers import Breaker
from tests.support.clock import FakeClock
from tests.support.graph import CREDENTIAL, FakeNetwork, Followed
from tests.support.world import World


def test_a_refusal_waits_for_the_windows_reset_and_a_little_longer(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    reset = world.clock() + timedelta(minutes=7)
    network.failures = [RateLimitedError("429", limits=Limits(300, 0, reset))]
    job = followed.sync()
    assert (job.state, job.attempts, job.version) == (JobState.OPEN, 0, 0)
    assert timedelta(seconds=1) <= job.not_before - reset <= timedelta(seconds=40)
    followed.joined(5)
    world.clock.now = job.not_before + timedelta(seconds=1)
    world.work()
    assert followed.job(job.id).state == JobState.DONE


def test_without_credits_the_apps_jobs_wait_until_somebody_closes_its_breaker(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    network.failures = [NoCreditsError("402: no credits")]
    job = followed.sync()
    assert job.state == JobState.OPEN
    assert job.reason == "402: no credits"
    world.clock.advance(hours=2)
    world.work()
    assert network.asked == []
    assert followed.job(job.id).not_before == world.clock() + LOOK_AGAIN
    with world.database.write() as db:
        assert world.container.graph.close_breaker(db, "app")
    world.work()  # at once: who waits for a breaker is woken with it
    assert followed.job(job.id).state == JobState.DONE


def test_a_closed_breaker_wakes_nobody_who_waits_for_something_else(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    reset = world.clock() + timedelta(minutes=7)
    network.failures = [RateLimitedError("429", limits=Limits(300, 0, reset))]
    job = followed.sync()
    with world.database.write() as db:
        breakers.trip(db, Breaker("app", "402: no credits", world.clock(), None))
        assert world.container.graph.close_breaker(db, "app")
        assert not world.container.graph.close_breaker(db, "app")
    assert followed.job(job.id).not_before == job.not_before


def test_a_cap_of_the_cycle_waits_for_the_cycle(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    network.failures = [UsageCappedError("monthly cap")]
    job = followed.sync()
    assert job.not_before > world.clock() + timedelta(days=20)


def test_no_answer_is_tried_again_later_each_time_and_given_up_in_the_end(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    network.failures = [NetworkDownError("503") for _ in range(TOO_MANY)]
    job = followed.sync()
    waits = []
    for attempt in range(1, TOO_MANY):
        job = followed.job(job.id)
        assert (job.state, job.attempts, job.version) == (JobState.OPEN, attempt, 0)
        waits.append(job.not_before - world.clock())
        world.clock.now = job.not_before + timedelta(seconds=1)
        world.work()
    assert waits == sorted(waits)
    job = followed.job(job.id)
    assert job.state == JobState.FAILED
    assert "503" in (job.reason or "")
    listed = followed.listed()
    assert listed.next_sweep_at is not None
    assert listed.next_sweep_at > world.clock()


def test_one_page_forgives_the_failures_before_it(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    followed.joined(2500)
    network.failures = [NetworkDownError("503")]
    job = followed.sync()
    world.clock.now = job.not_before + timedelta(seconds=1)
    world.work()
    assert followed.job(job.id).attempts == 0
    assert followed.job(job.id).state == JobState.DONE


def test_a_lost_cursor_begins_again_from_the_head(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    members = followed.joined(2500)
    calls: list[None] = []

    def forget() -> None:
        calls.append(None)
        if len(calls) == 2:
            raise CursorExpiredError("the token is not valid")

    network.before = forget
    job = followed.sync()
    world.clock.advance(minutes=1)
    world.work()
    assert followed.job(job.id).state == JobState.DONE
    assert followed.members() == set(members)
    assert [cursor for _, cursor, _ in network.asked].count(None) >= 2


def test_a_cursor_that_is_always_lost_is_not_followed_for_ever(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    followed.joined(2500)
    network.failures = [CursorExpiredError("not valid") for _ in range(MOST_RESTARTS + 1)]
    job = followed.sync()
    for _ in range(MOST_RESTARTS):
        world.clock.advance(minutes=5)
        world.work()
    job = followed.job(job.id)
    assert job.state == JobState.FAILED
    assert "not valid" in (job.reason or "")


@pytest.mark.parametrize("kind", [CredentialDeadError, NotAllowedError])
def test_a_credential_that_opens_nothing_is_not_used_any_more(
    followed: Followed, network: FakeNetwork, world: World, kind: type[Rejected]
) -> None:
    network.failures = [kind("client-not-enrolled")]
    job = followed.sync()
    assert (job.state, job.reason) == (JobState.FAILED, "client-not-enrolled")
    with world.database.read() as db:
        row = credentials.get(db, CREDENTIAL)
    assert row is not None
    assert row.broken == "client-not-enrolled"
    world.clock.advance(days=40)
    world.work()
    assert network.asked == []


def test_whoever_asks_has_a_broken_credential_tried_once_more(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    network.failures = [NotAllowedError("client-not-enrolled")]
    followed.sync()
    followed.joined(5)
    assert followed.sync().state == JobState.DONE
    with world.database.read() as db:
        row = credentials.get(db, CREDENTIAL)
    assert row is not None
    assert row.broken is None


def test_a_list_that_is_gone_is_paused_and_read_when_somebody_asks(
    followed: Followed, network: FakeNetwork, world: World
) -> None:
    gone = ListGoneError("the account is protected", state=AccountState.PROTECTED)
    network.failures = [gone]
    job = followed.sync()
    assert (job.state, job.reason) == (JobState.DONE, "the account is protected")
    assert followed.listed().paused == "the account is protected"
    with world.database.read() as db:
        owner = accounts.get(db, followed.row.owner)
    assert owner is not None
    assert owner.state is AccountState.PROTECTED
    members = followed.joined(5)
    assert followed.sync().state == JobState.DONE
    assert followed.listed().paused is None
    assert followed.members() == set(members)


def test_pages_that_go_round_in_circles_end_the_job(
    followed: Followed, network: FakeNetwork
) -> None:
    followed.joined(2500)
    page = network.page
    network.page = lambda *a, **k: page(*a, **k)._replace(cursor="77")  # type: ignore[method-assign] # a broken one
    job = followed.sync()
    assert job.state == JobState.FAILED
    assert "cursor" in (job.reason or "")
    assert len(network.asked) == 2


@pytest.fixture
def capped(database: Database, clock: FakeClock, tmp_path: Path) -> Followed:
    """An account whose followers cost more than a day may."""
    world = World(database, clock, tmp_path, graph=Graph(daily_cap=1.0))
    network = FakeNetwork(clock, database)
    world.use_network(network)
    return Followed(world, network)


def test_money_that_is_spent_is_waited_for_until_midnight(
    capped: Followed,
) -> None:
    members = capped.joined(250)
    job = capped.sync()
    assert [size for *_, size in capped.network.asked] == [100]
    midnight = capped.world.clock().replace(hour=0) + timedelta(days=1)
    assert timedelta(0) < job.not_before - midnight < timedelta(minutes=10)
    assert "cap" in (job.reason or "")
    for _ in range(3):
        capped.world.clock.advance(days=1)
        capped.world.work()
    assert capped.job(job.id).state == JobState.DONE
    assert capped.members() == set(members)


def test_a_process_that_starts_has_those_ask_again_whom_a_cap_holds_up(
    capped: Followed,
) -> None:
    capped.joined(300)
    job = capped.sync()
    assert (job.reason or "").startswith(CAPPED)
    assert job.not_before > capped.world.clock() + timedelta(hours=9)
    with capped.world.database.write() as db:
        assert capped.world.container.graph.reconsider(db) == 1
        assert capped.world.container.graph.reconsider(db) == 0
    assert capped.job(job.id).not_before == capped.world.clock()
    assert capped.job(job.id).out_until is not None
