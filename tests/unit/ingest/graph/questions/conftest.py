"""A database with the means to write graphs into it and to ask them."""

import pytest

from pipeline.ingest.graph.questions.service import Questions
from pipeline.store.database import Database
from tests.support.graphs import Graphs


@pytest.fixture
def graphs(database: Database) -> Graphs:
    return Graphs(database)


@pytest.fixture
def questions(database: Database) -> Questions:
    return Questions(database)
