"""The engines that a test runs on, as the params of a fixture."""

import pytest

ELASTICSEARCH = pytest.param(
    "elasticsearch", marks=[pytest.mark.services, pytest.mark.elasticsearch]
)
ENGINES = ["fts5", ELASTICSEARCH]
