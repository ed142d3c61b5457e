"""What the history of lists writes, questions read: truth, readings and answers agree."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.graph.kinds import AccountState, Direction, Mode
from pipeline.domain.graph.port import Person
from pipeline.domain.ids import IdFactory
from pipeline.ingest.graph.history import History
from pipeline.ingest.graph.questions.comparing import Comparison, Part
from pipeline.ingest.graph.questions.service import Questions
from pipeline.store.database import Database
from pipeline.store.graph import suspects
from tests.support.examples import SHARED
from tests.support.graphs import Graphs, day

QUIRKS = settings(SHARED, max_examples=8)
IDS = IdFactory(node=1, clock=lambda: day(50))
MEMBERS = st.sets(st.integers(1, 8))


@QUIRKS
@given(st.lists(MEMBERS, min_size=1, max_size=5), st.sampled_from(Direction))
def test_a_moment_between_readings_is_enclosed_and_one_at_a_reading_is_exact(
    database: Database, graphs: Graphs, truths: list[set[int]], direction: Direction
) -> None:
    (owner,) = graphs.people(None)
    key = graphs.list(owner, direction)
    history = History(IDS, lambda: day(50))
    for number, truth in enumerate(truths):
        read_at = day(number)
        with database.write() as db:
            run = history.begin(db, key, mode=Mode.SWEEP, at=read_at)
            people = [Person(f"m{member}", f"m{member}") for member in sorted(truth)]
            history.take_page(db, run, 0, "x", people, read_at=read_at)
            history.finish_sweep(db, run, now=read_at)
            missing = {
                each.member: AccountState.ACTIVE for each in suspects.of_list(db, key).values()
            }
            history.classify(db, key, missing, now=read_at)
    questions = Questions(database)
    account = graphs.native_id(owner)
    for number, truth in enumerate(truths):
        asked = Comparison("x", (account,), direction=direction, at=day(number))
        found = questions.compare(asked, Part(size=100))
        names = {f"m{member}" for member in truth}
        assert {each.account.handle for each in found.members if each.certain} == names
        if number + 1 < len(truths):
            later = asked._replace(at=day(number) + timedelta(hours=12))
            between = questions.compare(later, Part(size=100)).members
            both = {f"m{member}" for member in truth & truths[number + 1]}
            either = {f"m{member}" for member in truth | truths[number + 1]}
            assert {each.account.handle for each in between if each.certain} == both
            assert {each.account.handle for each in between} == either
    now = questions.compare(Comparison("x", (account,), direction=direction), Part(size=100))
    assert {each.account.handle for each in now.members} == {f"m{m}" for m in truths[-1]}
