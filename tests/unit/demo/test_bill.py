"""The demo's bill by its parts."""

from pipeline.demo.follows.bill import Paid, Part, parts, whole

CENT = 10_000


def test_a_whole_reading_costs_each_member_and_a_request_per_thousand() -> None:
    assert whole([0, 1000, 1001]) == Paid(4, 2001, 2001 * CENT)


def test_the_week_is_beside_readings_on_the_days_between_the_first_and_the_last() -> None:
    spent = [Paid(3, 100, 100 * CENT), Paid(50, 150, 150 * CENT), Paid(53, 240, 240 * CENT)]
    assert parts(spent, [50, 50], [60, 60], days=7) == [
        Part("first reading", spent[0], Paid(2, 100, 100 * CENT)),
        Part("the week between", Paid(47, 50, 50 * CENT), Paid(12, 660, 660 * CENT)),
        Part("last reading", Paid(3, 90, 90 * CENT), Paid(2, 120, 120 * CENT)),
    ]
