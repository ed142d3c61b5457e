"""What Flower prints of a parked attempt."""

import pickle

from pipeline.tasks.base import ParkedRetry


def test_flower_shows_why_and_how_long_a_delivery_waits() -> None:
    parked = ParkedRetry("the broker is away", when=8.6)
    assert repr(parked) == "parked for 9 s: the broker is away"


def test_it_survives_the_way_out_of_a_pool_process() -> None:
    parked = ParkedRetry("the broker is away", when=8.6)
    assert repr(pickle.loads(pickle.dumps(parked))) == repr(parked)  # noqa: S301 - our own bytes
