"""How far `graph sync --watch` says that jobs are."""

from pipeline.cli.graph.watching import held, progress_of
from pipeline.domain.graph import plans
from pipeline.domain.graph.kinds import JobState
from pipeline.domain.graph.plans import Confirm, Sweep
from tests.support.graph import job

HALF = plans.encode(Sweep(count=300, seen=120))


def test_an_open_job_is_as_far_as_its_pages() -> None:
    assert progress_of([job(1, plan=HALF), job(2, plan=HALF)]) == (240, 600)


def test_who_has_ended_has_read_all_of_it_whatever_the_network_counts() -> None:
    assert progress_of([job(1, plan=HALF, state=JobState.DONE)]) == (120, 120)


def test_look_ups_and_lists_of_unknown_size_have_no_length() -> None:
    waiting = [job(1, plan=plans.encode(Sweep())), job(2, plan=plans.encode(Confirm()))]
    assert progress_of(waiting) == (0, None)


def test_a_job_whose_credential_broke_goes_on_no_more_by_itself() -> None:
    ended = held(job(1), "client-not-enrolled")
    assert ended.state == JobState.FAILED
    assert ended.reason == "the credential 'key' is broken: client-not-enrolled"
    assert held(job(1), None).state == JobState.OPEN
    assert held(job(1, state=JobState.DONE), "client-not-enrolled").state == JobState.DONE
