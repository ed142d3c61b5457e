"""Validators and the cache: cheap while nothing changes, never stale when it does."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from pipeline.api.edge import Edge
from pipeline.domain import events
from pipeline.store.database import Database
from tests.support.asgi import request
from tests.support.world import World
from tests.unit.api.reading import PAGE, URL, flatten, get, put, shown, unzipped


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile, without the brackets of transactions."""
    asked: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT")):
            asked.append(statement)

    def watch(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.set_trace_callback(note)

    database.close()  # connections are kept: only a new one can be watched
    event.listen(database._reader, "checkout", watch)
    yield asked
    event.remove(database._reader, "checkout", watch)
    database.close()


def test_an_unchanged_thread_is_not_modified_until_a_comment_comes(world: World, api: Edge) -> None:
    world.post("c1")
    world.work()
    etag = get(api, URL).headers[b"etag"].decode()
    same = get(api, URL, if_none_match=etag)
    assert (same.status, same.body, same.headers[b"etag"]) == (304, b"", etag.encode())
    world.clock.advance(minutes=1)
    world.post("c2", "Another one.")
    world.work()
    changed = get(api, URL, if_none_match=etag)
    assert (changed.status, changed.json()["count"]) == (200, 2)
    assert changed.headers[b"etag"] != etag.encode()


def test_an_edit_and_a_removal_change_the_etag_too(world: World, api: Edge) -> None:
    world.post("c1")
    world.work()
    etags = [get(api, URL).headers[b"etag"]]
    for type_, data in (
        (events.COMMENT_EDITED, {"id": "c1", "text": "Better words."}),
        (events.COMMENT_REMOVED, {"id": "c1"}),
    ):
        world.clock.advance(minutes=1)
        world.send(type_, data)
        world.work()
        etags.append(get(api, URL).headers[b"etag"])
    assert len(set(etags)) == 3
    assert get(api, URL).json() == {"page": PAGE, "count": 0, "comments": []}


def test_not_modified_is_answered_from_the_thread_row_alone(world: World, api: Edge) -> None:
    put(world.database, [shown(1)])
    etag = get(api, URL).headers[b"etag"].decode()
    with statements(world.database) as asked:
        assert get(api, URL, if_none_match=etag).status == 304
    assert len(asked) == 1
    assert "FROM thread" in asked[0]


def test_a_cached_thread_is_answered_from_the_thread_row_alone(world: World, api: Edge) -> None:
    put(world.database, [shown(1)])
    first = get(api, URL)
    with statements(world.database) as asked:
        assert get(api, URL).body == first.body
    assert [statement for statement in asked if "FROM thread" in statement] == asked
    assert len(asked) == 1


def test_many_who_ask_for_a_changed_thread_have_it_built_once(world: World, api: Edge) -> None:
    put(world.database, [shown(id_) for id_ in range(1, 30)])

    async def together() -> list[bytes]:
        calls = [
            request(api, "/api/comments", method="GET", query=f"page={PAGE}") for _ in range(16)
        ]
        return [reply.body for reply in await asyncio.gather(*calls)]

    with statements(world.database) as asked:
        bodies = asyncio.run(together())
    assert len(set(bodies)) == 1
    assert len([statement for statement in asked if "FROM comment" in statement]) == 1


def parts_of_four(api: Edge) -> Iterator[list[int]]:
    """The ids on each part of the thread, read one part after the other."""
    after = ""
    while True:
        part = get(api, f"{URL}&limit=4{after}").json()
        yield [int(comment["id"]) for comment in flatten(part["comments"])]
        if "next" not in part:
            return
        after = f"&after={part['next']}"


def test_a_thread_read_in_parts_is_read_from_the_database_once(world: World, api: Edge) -> None:
    put(world.database, [shown(id_) for id_ in range(1, 12)])
    with statements(world.database) as asked:
        assert list(parts_of_four(api)) == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11]]
    assert len([statement for statement in asked if "FROM comment" in statement]) == 1


def test_a_change_between_two_parts_is_in_the_second(world: World, api: Edge) -> None:
    put(world.database, [shown(id_) for id_ in (1, 2, 3, 4, 5, 7)])
    parts = parts_of_four(api)
    assert next(parts) == [1, 2, 3, 4]
    put(world.database, [shown(6)], version=2)
    assert next(parts) == [5, 6, 7]


def test_the_parts_of_two_threads_read_in_turn_are_not_mixed_up(world: World, api: Edge) -> None:
    put(world.database, [shown(id_) for id_ in range(1, 7)])
    put(world.database, [shown(id_) for id_ in range(11, 17)], page="/b/")
    first = parts_of_four(api)
    assert next(first) == [1, 2, 3, 4]
    other = get(api, "/api/comments?page=/b/&limit=4").json()
    assert [comment["id"] for comment in other["comments"]] == ["11", "12", "13", "14"]
    assert next(first) == [5, 6]


def test_a_cached_answer_never_outlives_a_change(world: World, api: Edge) -> None:
    for number in range(1, 6):
        put(world.database, [shown(number)], version=number)
        assert [get(api, URL).json()["count"] for _ in range(2)] == [number, number]


def test_representations_have_etags_of_their_own(world: World, api: Edge) -> None:
    put(world.database, [shown(1)])
    plain, packed = get(api, URL), get(api, URL, accept_encoding="gzip")
    html = get(api, URL, accept="text/html")
    assert packed.headers[b"content-encoding"] == b"gzip"
    assert unzipped(packed) == plain.body
    assert len({reply.headers[b"etag"] for reply in (plain, packed, html)}) == 3
    assert html.headers[b"etag"].startswith(b"W/")
    for reply in (plain, packed, html):
        assert {b"Accept", b"Accept-Encoding"} <= set(reply.headers[b"vary"].split(b", "))


def test_a_thread_that_could_not_be_built_is_built_for_the_next_who_asks(
    world: World, api: Edge
) -> None:
    put(world.database, [shown(1)])
    with world.database.write_relaxed() as db:
        db.exec_driver_sql("ALTER TABLE comment RENAME TO lost")
    assert get(api, URL).status == 503
    with world.database.write_relaxed() as db:
        db.exec_driver_sql("ALTER TABLE lost RENAME TO comment")
    assert get(api, URL).json()["count"] == 1
