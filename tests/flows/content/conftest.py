from collections.abc import Iterator

import pytest

from tests.support.website import Website, website


@pytest.fixture
def site() -> Iterator[Website]:
    """A website on loopback, empty."""
    with website() as running:
        yield running
