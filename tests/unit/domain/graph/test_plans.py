"""What a job's row keeps of its plan."""

from pipeline.domain.graph import plans
from pipeline.domain.graph.plans import Confirm, Probe, Sweep


def test_a_plan_comes_back_as_it_was() -> None:
    for plan in (Probe(count=5, size=33), Sweep(closing_from=3, asked_for=True), Confirm(after=7)):
        assert plans.decode(plans.encode(plan)) == plan


def test_pages_add_up_and_a_full_one_ends_a_row_of_empty_ones() -> None:
    plan = Sweep(count=50).after(size=30, people=0).after(size=30, people=0)
    assert (plan.asked, plan.seen, plan.empty) == (60, 0, 2)
    assert plan.after(size=30, people=4).empty == 0


def test_from_the_head_again_everything_is_counted_anew_but_the_restarts() -> None:
    plan = Sweep(count=50, asked_for=True).after(size=30, people=30).again()
    assert (plan.asked, plan.restarts, plan.asked_for, plan.count) == (0, 1, True, 50)
