"""Whole lists, read from the simulated X."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pipeline.domain.graph.kinds import Direction, EndReason, JobState, Mode
from pipeline.settings import Graph
from pipeline.store.graph import accounts, lists
from tests.simulators.x.faults import Fault
from tests.support.reading import Reading, followers, numbers

pytestmark = pytest.mark.services
Open = Callable[..., Reading]
MEMBERS = numbers(3500)


def test_a_sweep_knows_the_list_and_pays_for_each_member_once(reading: Open) -> None:
    on = reading(followers("1", MEMBERS))
    row = on.keep("1")
    job = on.sync(row)
    assert job.state == JobState.DONE
    assert on.known(row) == on.truth("1") == set(MEMBERS)
    assert on.charged() == len(MEMBERS)
    assert on.x.simulator.report.total().asked == 4 + 1  # the head once more, which is free
    with on.world.database.read() as db:
        assert on.graph.turnstile.spent(db, on.credential.app).day == len(MEMBERS) * 10_000


def test_read_again_on_the_same_day_it_costs_nothing_more(reading: Open) -> None:
    on = reading(followers("1", MEMBERS[:1500]))
    row = on.keep("1")
    on.sync(row)
    assert on.sync(row, Mode.SWEEP).state == JobState.DONE
    assert on.charged() == 1500
    on.world.clock.advance(days=1)
    on.sync(row, Mode.SWEEP)
    assert on.charged() == 3000


def test_whom_an_account_follows_is_read_alike(reading: Open) -> None:
    on = reading([("1", member) for member in MEMBERS[:200]])
    row = on.keep("1", Direction.FOLLOWING)
    on.sync(row)
    assert on.known(row) == on.truth("1", Direction.FOLLOWING) == set(MEMBERS[:200])


def test_unfollowers_are_told_from_suspended_and_deleted_ones(reading: Open) -> None:
    on = reading(followers("1", MEMBERS[:2500]))
    row = on.keep("1")
    on.sync(row)
    on.world.clock.advance(days=3)
    left, suspended, deleted = MEMBERS[3:40], MEMBERS[100:600], MEMBERS[700:720]
    for member in left:
        on.x.simulator.do("unfollow", member, "1")
    for member in suspended:
        on.x.simulator.do("suspend", member)
    for member in deleted:
        on.x.simulator.do("delete", member)
    on.sync(row, Mode.SWEEP)
    assert on.ended(row) == {
        **dict.fromkeys(left, EndReason.UNFOLLOWED),
        **dict.fromkeys(suspended, EndReason.SUSPENDED),
        **dict.fromkeys(deleted, EndReason.DELETED),
    }
    assert on.known(row) == on.truth("1")


def test_an_account_that_hides_its_list_is_paused(reading: Open) -> None:
    for kind, state in (("protect", "protected"), ("suspend", "suspended"), ("delete", "deleted")):
        on = reading(followers("1", MEMBERS[:5]))
        row = on.keep("1")
        on.x.simulator.do(kind, "1")
        job = on.sync(row)
        assert job.state == JobState.DONE
        assert job.reason
        with on.world.database.read() as db:
            owner, kept = accounts.get(db, row.owner), lists.get(db, row.key)
        assert owner is not None
        assert kept is not None
        assert owner.state == state
        assert kept.paused == job.reason
        on.wait(step=timedelta(hours=3), times=3)
        assert on.charged() == 0


def test_credits_that_end_in_the_middle_stop_the_app_within_one_request(reading: Open) -> None:
    on = reading(followers("1", MEMBERS))
    row, other = on.keep("1"), on.keep("2")
    on.x.simulator.set_credits("app", 15.0)
    job = on.sync(row)
    assert job.state == JobState.OPEN
    assert on.sync(other).state == JobState.OPEN
    assert on.x.simulator.report.total().statuses["402"] == 1
    on.x.simulator.set_credits("app", None)
    with on.world.database.write() as db:
        assert on.graph.close_breaker(db, on.credential.app)
    on.world.work()
    assert on.job(job).state == JobState.DONE
    assert on.known(row) == set(MEMBERS)
    assert on.charged() == len(MEMBERS)


def test_the_days_cap_is_never_passed_however_long_the_list(reading: Open) -> None:
    on = reading(followers("1", MEMBERS[:450]), graph=Graph(daily_cap=2.0, cycle_cap=100.0))
    row = on.keep("1")
    job = on.sync(row)
    on.wait(step=timedelta(hours=8), times=9)
    assert on.job(job).state == JobState.DONE
    assert on.known(row) == on.truth("1")
    spent = on.x.simulator.ledger.spent["app"]
    assert all(micros <= 2_000_000 for micros in spent.values())
    assert len(spent) >= 3


def test_an_app_that_is_not_enrolled_marks_its_credential(reading: Open) -> None:
    on = reading(followers("1", MEMBERS[:5]))
    row = on.keep("1")
    on.x.simulator.faults.add([Fault("not_enrolled")])
    job = on.sync(row)
    assert job.state == JobState.FAILED
    (kept,) = on.graph.credentials.all()
    assert kept.broken


@pytest.mark.parametrize("profile", ["flaky", "limits", "eventual", "expiring"])
def test_with_the_networks_faults_the_list_is_known_in_the_end(reading: Open, profile: str) -> None:
    on = reading(followers("1", MEMBERS), faults=profile)
    row = on.keep("1")
    job = on.sync(row)
    for _ in range(60):
        if on.job(job).state != JobState.OPEN:
            break
        on.wait(step=timedelta(minutes=10), times=1)
    assert on.job(job).state == JobState.DONE, on.job(job).reason
    assert on.known(row) == set(MEMBERS)


def test_a_cursor_that_leads_nowhere_is_not_followed_for_ever(reading: Open) -> None:
    on = reading(followers("1", MEMBERS))
    row = on.keep("1")
    on.x.simulator.faults.add([Fault("stuck", after=1)])
    job = on.sync(row)
    assert job.state == JobState.FAILED
    assert "cursor" in (job.reason or "")
    assert on.x.simulator.report.total().asked <= 4
