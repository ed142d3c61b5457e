"""Event ids."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.ids import EPOCH, IdFactory, first_id_at, moment_of
from tests.support.clock import FakeClock


def test_ids_grow_while_the_clock_stands_still(clock: FakeClock) -> None:
    ids = IdFactory(node=3, clock=clock)
    made = [ids.next() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_ids_grow_while_the_clock_steps_back(clock: FakeClock) -> None:
    ids = IdFactory(node=3, clock=clock)
    before = ids.next()
    clock.advance(hours=-2)
    assert ids.next() > before


def test_an_id_tells_its_moment_to_the_millisecond(clock: FakeClock) -> None:
    made = IdFactory(node=1023, clock=clock).next()
    assert moment_of(made) == clock.now
    assert first_id_at(clock.now) <= made < first_id_at(clock.now + timedelta(milliseconds=1))


def test_two_processes_make_different_ids_in_the_same_millisecond(clock: FakeClock) -> None:
    assert IdFactory(node=1, clock=clock).next() != IdFactory(node=2, clock=clock).next()


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=365 * 60)))
def test_ids_fit_a_signed_64_bit_column_for_decades(age: timedelta) -> None:
    clock = FakeClock(EPOCH + age)
    assert 0 <= IdFactory(node=1023, clock=clock).next() < 2**63
