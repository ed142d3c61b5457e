"""Reading thread rows in groups."""

import asyncio
from collections.abc import Sequence

import pytest

from pipeline.api.versions import Key, Rows, Versions
from pipeline.store.threads import Thread
from tests.unit.api.reading import START

A, B = ("blog", "/a/"), ("blog", "/b/")


class Table:
    """Thread rows whose reading takes a moment, during which `version` may move on."""

    def __init__(self) -> None:
        self.version = 1
        self.reads: list[list[Key]] = []

    async def read(self, keys: Sequence[Key]) -> Rows:
        self.reads.append(list(keys))
        rows = {key: Thread(*key, "", 1, self.version, START) for key in keys}
        await asyncio.sleep(0.001)
        return rows


def version_of(thread: Thread | None) -> int:
    assert thread is not None
    return thread.version


def test_who_asks_at_the_same_time_shares_one_read() -> None:
    table = Table()

    async def story() -> list[Thread | None]:
        versions = Versions(table.read)
        return await asyncio.gather(*(versions.get(key) for key in (A, A, B, A)))

    threads = asyncio.run(story())
    assert [thread and thread.page for thread in threads] == ["/a/", "/a/", "/b/", "/a/"]
    assert table.reads == [[A, B]]


def test_who_asks_after_a_change_sees_it_though_an_older_read_is_under_way() -> None:
    table = Table()

    async def story() -> tuple[int, int]:
        versions = Versions(table.read)
        early = asyncio.create_task(versions.get(A))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        table.version = 2
        late = await versions.get(A)
        return version_of(await early), version_of(late)

    assert asyncio.run(story()) == (1, 2)


def test_a_failed_read_fails_who_waited_for_it_and_nobody_else() -> None:
    table = Table()

    async def read(keys: Sequence[Key]) -> Rows:
        if not table.reads:
            table.reads.append([])
            raise OSError("gone")
        return await table.read(keys)

    async def story() -> int:
        versions = Versions(read)
        outcomes = await asyncio.gather(versions.get(A), versions.get(B), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [OSError, OSError]
        return version_of(await versions.get(A))

    assert asyncio.run(story()) == 1


def test_a_caller_who_gives_up_takes_nothing_from_the_others() -> None:
    async def story() -> int:
        versions = Versions(Table().read)
        leaving, staying = (asyncio.create_task(versions.get(A)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        return version_of(await staying)

    assert asyncio.run(story()) == 1
