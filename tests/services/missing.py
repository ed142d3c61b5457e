"""What a test does when the real server it needs is not to be had."""

import os
from typing import NoReturn

import pytest


def required() -> bool:
    """Whether this machine promises to test everything (AFTERWORD_REQUIRE_SERVICES=1), as CI does."""
    return os.environ.get("AFTERWORD_REQUIRE_SERVICES") == "1"  # noqa: TID251 - a switch of the tests, no setting of Afterword


def missing(server: str, tried: str) -> NoReturn:
    """Skip the test with one loud line, or fail it where AFTERWORD_REQUIRE_SERVICES=1.

    `server` is its name, `tried` the places that were searched, as a phrase.
    A machine that promises to test everything sets the variable, so that no gap stays unseen.
    """
    said = f"{server} NOT FOUND, so not tested (tried: {tried})"
    if required():
        pytest.fail(f"{said}; AFTERWORD_REQUIRE_SERVICES=1 makes this a failure", pytrace=False)
    pytest.skip(said)
