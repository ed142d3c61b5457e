"""A list's growth."""

from datetime import timedelta

from pipeline.domain.graph.kinds import EndReason, Mode
from pipeline.domain.graph.series import Day, Range
from pipeline.ingest.graph.questions.comparing import Comparison, Part
from pipeline.ingest.graph.questions.growth import Growth, GrowthAsked
from pipeline.ingest.graph.questions.service import Questions
from tests.support.graphs import FOLLOWERS, Graphs, day


def ask(questions: Questions, first: float, last: float) -> Growth:
    return questions.growth(GrowthAsked("x", "ada", FOLLOWERS, day(first), day(last)))


def days(growth: Growth) -> list[Day]:
    return [point.day for point in growth.points]


def test_days_before_the_first_reading_have_no_size_and_days_without_one_are_gaps(
    graphs: Graphs, questions: Questions
) -> None:
    ada, bob = graphs.people("ada", "bob")
    key = graphs.read(ada, [bob], FOLLOWERS)
    graphs.run(key, day(2), mode=Mode.PROBE)
    graphs.run(key, day(3), complete=False)
    found = days(ask(questions, -2, 3.5))  # it was read at the midnight that ends the second day
    assert [each.size for each in found] == [None, *[Range(1, 1)] * 5]
    assert [each.read for each in found] == [None, None, Mode.SWEEP, None, Mode.PROBE, None]


def test_a_change_between_readings_of_one_day_is_certain_and_of_several_is_possible(
    graphs: Graphs, questions: Questions
) -> None:
    ada, *others = graphs.people("ada", "bob", "cyd", "dan")
    key = graphs.read(ada, [], FOLLOWERS)
    bounds = [(1.25, 1.75), (1, 2), (1.5, 3.5)]
    graphs.spans(
        [
            graphs.edge(key, member, from_lo=day(lo), from_hi=day(hi))
            for member, (lo, hi) in zip(others, bounds, strict=True)
        ]
    )
    found = days(ask(questions, 0, 3.75))
    gained = [each.changes.get("gained") for each in found]
    assert gained == [None, Range(2, 3), Range(0, 1), Range(0, 1)]
    assert [each.size for each in found] == [Range(0, 0), Range(2, 3), Range(2, 3), Range(3, 3)]


def test_losses_are_told_by_reason_and_shrink_the_list(
    graphs: Graphs, questions: Questions
) -> None:
    ada, bob, cyd, dan = graphs.people("ada", "bob", "cyd", "dan")
    key = graphs.read(ada, [dan], FOLLOWERS)
    graphs.gone(key, bob, EndReason.UNFOLLOWED, to_lo=day(1.1), to_hi=day(1.9))
    graphs.gone(key, cyd, EndReason.SUSPENDED, to_lo=day(0.5), to_hi=day(2.5))
    graphs.suspect(key, dan, day(2.6), day(2.7))
    found = days(ask(questions, 0, 2.9))
    assert [dict(each.changes) for each in found] == [
        {"suspended": Range(0, 1)},
        {"unfollowed": Range(1, 1), "suspended": Range(0, 1)},
        {"suspended": Range(0, 1), "missing": Range(1, 1)},
    ]
    assert [each.size for each in found] == [Range(2, 3), Range(1, 2), Range(0, 1)]


def test_a_long_series_begins_with_what_was_there_before_it(
    graphs: Graphs, questions: Questions
) -> None:
    ada, bob, cyd = graphs.people("ada", "bob", "cyd")
    key = graphs.read(ada, [bob], FOLLOWERS)
    graphs.gone(key, cyd, EndReason.UNFOLLOWED, to_lo=day(1), to_hi=day(2))
    assert [each.size for each in days(ask(questions, 40, 42.5))] == [Range(1, 1)] * 3
    assert [dict(each.changes) for each in days(ask(questions, 40, 42.5))] == [{}] * 3


def test_the_size_of_every_day_is_that_of_the_list_at_its_end(
    graphs: Graphs, questions: Questions
) -> None:
    ada, *others = graphs.people("ada", "bob", "cyd", "dan", "eve")
    key = graphs.read(ada, [], FOLLOWERS)
    for number, member in enumerate(others):
        begin, end = day(number * 0.7 + 0.1), day(number * 1.3 + 1.2)
        graphs.spans(
            [
                graphs.edge(
                    key,
                    member,
                    from_lo=begin,
                    from_hi=begin + timedelta(hours=20),
                    to_lo=end + timedelta(hours=20),
                    to_hi=end + timedelta(hours=45),
                    end_reason=EndReason.UNFOLLOWED,
                )
            ]
        )
    for place, each in enumerate(days(ask(questions, 0, 8))):
        end = min(day(place + 1), day(8))
        asked = Comparison("x", ("ada",), direction=FOLLOWERS, at=end)
        known = questions.compare(asked, Part()).found
        assert known.possible is not None
        assert each.size == (len(known.certain), len(known.possible)), place


def test_what_the_network_counts_stands_beside(graphs: Graphs, questions: Questions) -> None:
    (ada,) = graphs.people("ada")
    graphs.read(ada, [], FOLLOWERS)
    graphs.count(ada, day(1.2), followers=5)
    graphs.count(ada, day(1.4), followers=7, following=2)
    graphs.count(ada, day(1.6), following=3)
    points = ask(questions, 0, 2.5).points
    assert [point.counted for point in points] == [None, 7, None]
