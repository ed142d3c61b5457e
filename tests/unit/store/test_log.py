"""The log: what many store at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from pipeline.store import log
from pipeline.store.database import Database
from pipeline.store.log import NewEvent

ROUNDS, EACH = 20, 30


def event(id_: int, key: str) -> NewEvent:
    return NewEvent(id_, "blog", key, "comment.posted", None, None, "{}", b"\0" * 32)


def test_two_that_store_the_same_in_opposite_orders_never_block_each_other(
    database: Database,
) -> None:
    together = Barrier(2)

    def store(side: int) -> int:
        new = 0
        for number in range(ROUNDS):
            keys = [f"{number}-{place:02}" for place in range(EACH)]
            first = (number * 2 + side) * 1000
            batch = [event(first + at, key) for at, key in enumerate(keys[:: 1 - 2 * side])]
            together.wait(timeout=60)
            with database.write() as db:
                before = len(log.known(db, [("blog", key) for key in keys]))
                log.append(db, batch)
                new += before < EACH
        return new

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(store, (0, 1))) >= ROUNDS
    with database.read() as db:
        every = [("blog", f"{n}-{place:02}") for n in range(ROUNDS) for place in range(EACH)]
        assert len(log.known(db, every)) == len(every)
