"""A list's spans: asked for few members or for many, the answer is the same."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.graph.kinds import Direction, EndReason, ListKey
from pipeline.store.database import Database
from pipeline.store.graph import spans
from pipeline.store.graph.spans import Ending, Opening

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FEW, MANY = range(10), range(20_000)
KEYS = [ListKey(1, direction) for direction in Direction]


@pytest.mark.parametrize("key", KEYS)
def test_few_and_many_are_asked_for_alike(database: Database, key: ListKey) -> None:
    gone = Ending(4, NOW, LATER, EndReason.DELETED, 8)
    with database.write() as db:
        spans.begin(db, key, [Opening(member, None, NOW) for member in (5, 4, 3)], 7)
        spans.end(db, key, [gone])
        for asked in (FEW, MANY):
            assert set(spans.open_of(db, key, asked)) == {3, 5}
            assert spans.last_ended(db, key, asked) == {4: gone}
            assert spans.last_ended(db, key, asked[:4]) == {}


@pytest.mark.parametrize("key", KEYS)
def test_the_last_of_several_ends_counts(database: Database, key: ListKey) -> None:
    with database.write() as db:
        for day in (0, 2):
            at = NOW + timedelta(days=day)
            end = Ending(4, at, at + timedelta(days=1), EndReason.UNFOLLOWED, 8)
            spans.begin(db, key, [Opening(4, None, at)], 7)
            spans.end(db, key, [end])
        assert spans.last_ended(db, key, [4]) == {4: end}
        assert not spans.current(db, key)


@pytest.mark.parametrize("key", KEYS)
def test_members_are_of_a_list_by_its_own_end(database: Database, key: ListKey) -> None:
    with database.write() as db:
        spans.begin(db, key, [Opening(4, NOW, LATER)], 7)
        assert set(spans.current(db, key)) == {4}
        assert set(spans.current(db, ListKey(4, key.direction.other))) == {1}
        assert not spans.current(db, ListKey(4, key.direction))
