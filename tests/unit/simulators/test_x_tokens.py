"""Pagination tokens of the simulated X."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulators.x.tokens import Cursor, cursor_of, token_of

cursors = st.builds(Cursor, st.integers(0, 2**40 - 1), st.booleans())


@settings(max_examples=40)
@given(cursors)
def test_a_token_gives_its_cursor_back(cursor: Cursor) -> None:
    token = token_of(cursor, secret="a list")
    assert cursor_of(token, secret="a list") == cursor


@settings(max_examples=40)
@given(cursors)
def test_tokens_look_as_recorded_ones_do(cursor: Cursor) -> None:
    assert re.fullmatch("[0-9A-V]{13}ZZZ", token_of(cursor, secret="a list"))


@settings(max_examples=40)
@given(cursors)
def test_a_token_is_good_for_its_list_alone(cursor: Cursor) -> None:
    token = token_of(cursor, secret="a list")
    assert cursor_of(token, secret="another") is None


@settings(max_examples=40)
@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVZ=x ", max_size=20))
def test_a_token_that_was_made_up_stands_for_nothing(token: str) -> None:
    assert cursor_of(token, secret="a list") is None


def test_neighbouring_positions_have_nothing_in_common_to_see() -> None:
    tokens = [token_of(Cursor(at, newer=False), secret="a list") for at in range(100)]
    assert len({token[:4] for token in tokens}) > 90
