"""A turnstile with nothing behind it yet."""

import pytest

from pipeline.store.database import Database
from tests.support.clock import FakeClock
from tests.unit.ingest.graph.gatehouse import Gatehouse


@pytest.fixture
def gate(database: Database, clock: FakeClock) -> Gatehouse:
    return Gatehouse(database, clock)
