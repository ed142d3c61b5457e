"""Forgetting an account: nothing of it is left anywhere, and nothing of it comes again."""

from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select

from pipeline.domain.graph.kinds import Direction, ListKey
from pipeline.domain.graph.packing import pack, pack_set, unpack, unpack_set
from pipeline.errors import NotFoundError, Rejected
from pipeline.ingest.graph.erased import Erased
from pipeline.ingest.graph.erasing import BATCH, Forgotten, Subject, find
from pipeline.ingest.graph.replay import GraphReplay
from pipeline.store import graph_tables as tables
from pipeline.store import ledger, log, network_tables
from pipeline.store.graph import accounts, lists
from pipeline.store.graph.told import REMINDERS
from pipeline.store.log import Filter, NewEvent
from pipeline.store.tables import delivery
from tests.support.dump import dump, ordinals
from tests.support.pushed import ADA, BOB, CAT, erase, follow, keep, known
from tests.support.world import World

TOLD = ("follow.added", "follow.removed", "x.activity")


class Filled:
    """A world whose every table of the graph, and its log, tell of ada."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._numbers = count()
        ords = known(world, ADA, BOB, CAT)
        self.ada, self.bob, self.cat = (ords[who.native_id] for who in (ADA, BOB, CAT))
        for owner in (self.ada, self.bob):
            for direction in Direction:
                keep(world, owner, direction)
        with world.database.write() as db:
            for table, values in self._rows():
                db.execute(insert(table).values(values))
            lists.change(db, ListKey(self.bob, Direction.FOLLOWERS), fence=self._ranked())

    def _ranked(self) -> bytes:
        return pack([self.cat, self.ada, self.bob])

    def _rows(self) -> list[tuple[Any, dict[str, Any]]]:
        now, both = self.world.clock(), pack_set([self.ada, self.cat])
        ada, bob, cat = self.ada, self.bob, self.cat
        of_ada = {"owner": ada, "direction": "followers"}
        of_bob = {"owner": bob, "direction": "followers"}
        spans = [(ada, bob), (cat, ada), (cat, bob)]
        job = {
            "credential": "x-ada",
            "endpoint": "followers",
            "priority": "b-probe",
            "mode": "probe",
        }
        job |= {"state": "open", "not_before": now, "created_at": now}
        run = {"mode": "sweep", "source": "api", "started_at": now}
        paid = {"app": "x", "day": "2026-06-01", "kind": "followers", "members": both}
        missed = {"seen_at": now, "missed_at": now, "run_id": 1}
        page = {"page_no": 0, "members": self._ranked(), "read_at": now}
        speaks = {"network": "x", "kind": "oauth2", "app": "x", "added_at": now}
        return [
            *[
                (tables.edge_span, {"src": src, "dst": dst, "from_hi": now, "run_from": 1})
                for src, dst in spans
            ],
            (tables.edge_suspect, of_bob | {"member": ada} | missed),
            (tables.edge_suspect, of_ada | {"member": cat} | missed),
            (tables.sync_job, of_ada | job | {"id": 1, "run_id": 1}),
            (
                tables.sync_job,
                of_bob | job | {"id": 2, "run_id": 2, "reason": "@ADA_Lovelace left"},
            ),
            (tables.graph_run, of_ada | run | {"id": 1}),
            (tables.graph_run, of_bob | run | {"id": 2}),
            (tables.run_page, {"run_id": 1} | page),
            (tables.run_page, {"run_id": 2} | page),
            (network_tables.paid_today, paid | {"owner": ada}),
            (network_tables.paid_today, paid | {"owner": bob}),
            (network_tables.paid_today, paid | {"owner": 0, "kind": "user"}),
            (network_tables.paid_today, paid | {"owner": cat, "members": pack_set([bob])}),
            (tables.set_cache, of_ada | {"revision": 0, "members": pack_set([cat])}),
            (tables.set_cache, of_bob | {"revision": 0, "members": both}),
            (
                tables.set_cache,
                {"owner": cat, "direction": "following", "revision": 0, "members": pack_set([bob])},
            ),
            (
                network_tables.credential,
                speaks | {"name": "x-ada", "owner_id": ADA.native_id, "handle": ADA.handle},
            ),
            (
                network_tables.credential,
                speaks | {"name": "x", "broken": f"[{ADA.native_id}] suspended"},
            ),
            (
                network_tables.rate_window,
                {"credential": "x-ada", "endpoint": "me", "quota": 1, "remaining": 0},
            ),
            (
                network_tables.rate_lease,
                {"id": 1, "credential": "x-ada", "endpoint": "me", "until": now},
            ),
        ]

    def tell(self) -> list[int]:
        """Log events of ada, worked and not, of two networks; then one that is not of her."""
        world, activity = self.world, {"event_type": "post.create", "by": [ADA.native_id, "@x"]}
        told = [
            world.send("follow.added", follow(ADA, BOB)).event_id,
            world.send(
                "follow.removed", follow(BOB, ADA), key=f"{ADA.native_id}-{next(self._numbers)}"
            ).event_id,
            world.send("x.activity", activity).event_id,
            world.send("x.activity", {"payload": {"text": f"hello @{ADA.handle}!"}}).event_id,
            world.send("x.activity", {"users": [{"name": ADA.name}]}).event_id,
        ]
        world.send("follow.added", follow(BOB, CAT))
        return told


@pytest.fixture
def filled(world: World) -> Filled:
    return Filled(world)


def everything(world: World) -> tuple[str, set[int]]:
    with world.database.read() as db:
        return dump(db), ordinals(db)


def traces(text: str) -> list[str]:
    marks = (ADA.native_id, ADA.handle, ADA.name)
    return [
        line for line in text.splitlines() if any(str(m).lower() in line.lower() for m in marks)
    ]


def test_nothing_of_an_erased_account_is_left_in_any_table(filled: Filled) -> None:
    world = filled.world
    told = filled.tell()
    world.work_on("graph")
    filled.tell()
    text, ords = everything(world)
    assert len(traces(text)) > 20
    assert filled.ada in ords
    forgotten = erase(world, ADA)
    text, ords = everything(world)
    assert traces(text) == []
    assert "x-ada" not in text
    assert ords >= {filled.bob, filled.cat}
    assert filled.ada not in ords
    assert forgotten == Forgotten(edges=3, lists=2, events=2 * len(told), credentials=1)


def test_of_others_everything_is_left(filled: Filled) -> None:
    filled.tell()
    erase(filled.world, ADA)
    with filled.world.database.read() as db:
        rows = accounts.many(db, [filled.bob, filled.cat])
        spans = db.execute(select(tables.edge_span.c.src, tables.edge_span.c.dst)).all()
        listed = {row.key: row for row in lists.listing(db)}
        pages = list(db.execute(select(tables.run_page.c.members)).scalars())
        paid = list(db.execute(select(network_tables.paid_today.c.members)).scalars())
        cached = list(db.execute(select(tables.set_cache.c.members)).scalars())
        followed = log.listing(db, Filter(type="follow.added"), limit=1)
    assert {row.handle for row in rows.values()} == {BOB.handle, CAT.handle}
    assert spans == [(filled.cat, filled.bob)]
    assert unpack(listed[ListKey(filled.bob, Direction.FOLLOWERS)].fence) == (
        filled.cat,
        filled.bob,
    )
    assert [unpack(page) for page in pages] == [(filled.cat, filled.bob)]
    left = sorted(sorted(unpack_set(members)) for members in paid)
    assert left == sorted([[filled.cat], [filled.cat], [filled.bob]])
    assert [set(unpack_set(members)) for members in cached] == [{filled.bob}]
    assert '"bob"' in followed[0].data


def test_lists_that_lost_a_member_count_as_changed(filled: Filled) -> None:
    erase(filled.world, ADA)
    with filled.world.database.read() as db:
        revisions = {row.direction: row.revision for row in lists.listing(db)}
    assert revisions[Direction.FOLLOWERS] == 1  # bob lost a follower
    assert revisions[Direction.FOLLOWING] == 0  # whom bob follows is as before


def test_lists_read_with_an_erased_login_wait_for_another(filled: Filled) -> None:
    key = ListKey(filled.bob, Direction.FOLLOWERS)
    with filled.world.database.write() as db:
        lists.change(db, key, credential="x-ada")
    erase(filled.world, ADA)
    with filled.world.database.read() as db:
        row = lists.get(db, key)
    assert row is not None
    assert (row.credential, row.paused) == ("erased", "the credential it was read with was erased")


def test_reminders_name_an_erased_login_no_more(filled: Filled) -> None:
    world, names = filled.world, ("x-ada", "x")
    for name in names:
        line = {"credential": name, "endpoint": "followers"}
        world.send("weather.changed", line, source=REMINDERS, key=f"{name}:followers:1")
    erase(world, ADA)
    with world.database.read() as db:
        left = log.listing(db, Filter(source=REMINDERS), limit=5, newest=False)
    assert [msgspec.json.decode(each.data)["credential"] for each in left] == ["erased", "x"]
    assert [each.external_id for each in left] == [f"erased:{left[0].id}", "x:followers:1"]


def test_the_log_keeps_digests_and_what_is_still_to_be_worked_is_done(filled: Filled) -> None:
    world = filled.world
    told = filled.tell()
    with world.database.read() as db:
        before = [log.get(db, id_) for id_ in told]
    erase(world, ADA)
    with world.database.read() as db:
        after = [log.get(db, id_) for id_ in told]
    assert [e and e.digest for e in after] == [e and e.digest for e in before]
    assert {(e.data, e.subject) for e in after if e} == {("{}", None)}
    assert {result.ending.value for result in world.work()} == {"done"}


def test_nothing_of_it_is_stored_again(filled: Filled) -> None:
    world = filled.world
    erase(world, ADA)
    filled.tell()
    world.work()
    guard = world.container.erased
    with world.database.write() as db:
        assert guard.without(db, "x", [BOB, ADA, CAT]) == [BOB, CAT]
        assert ADA.native_id not in guard.learn(db, "x", [ADA, CAT], now=world.clock())
        with pytest.raises(Rejected, match="erased on request"):
            guard.require_others(db, "x", ADA.native_id)
        guard.require_others(db, "bluesky", ADA.native_id)
    text, _ = everything(world)
    assert {line.split(":")[0] for line in traces(text)} == {"event.data"}  # of types nobody works
    assert "follow.added" in text


def test_erasing_again_changes_nothing_and_reaches_what_came_since(filled: Filled) -> None:
    world = filled.world
    erase(world, ADA)
    before = everything(world)
    assert erase(world, ADA) == Forgotten(0, 0, 0, 0)
    assert everything(world) == before
    filled.tell()
    assert erase(world, ADA).events == 3  # it knows no more than the id now


def test_an_account_nobody_stored_is_kept_away_all_the_same(world: World) -> None:
    world.send("follow.added", follow(ADA, BOB))
    assert erase(world, ADA) == Forgotten(0, 0, 1, 0)
    with world.database.write() as db:
        assert world.container.erased.without(db, "x", [ADA]) == []


def test_a_long_log_is_worked_in_parts(world: World) -> None:
    first = world.send("x.activity", {"of": ADA.native_id}).event_id
    with world.database.write() as db:
        event = log.get(db, first)
        assert event is not None
        many = [event._replace(id=first - n, external_id=f"{n}") for n in range(1, BATCH + 3)]
        log.append(db, [NewEvent(*each) for each in many])
    assert erase(world, ADA).events == BATCH + 3


def test_an_account_is_found_by_handle_and_by_id(world: World) -> None:
    known(world, ADA)
    with world.database.read() as db:
        ada = Subject("x", ADA.native_id, ADA.handle, ADA.name)
        assert find(db, "x", "@ADA_lovelace") == find(db, "x", ADA.native_id) == ada
        assert find(db, "x", "123") == Subject("x", "123")
        assert find(db, "bluesky", "did:plc:abc").native_id == "did:plc:abc"
        with pytest.raises(NotFoundError, match="give the account's id"):
            find(db, "x", "@nobody")


def test_only_a_hash_is_logged_and_a_replay_ends_with_the_same(world: World) -> None:
    known(world, ADA)
    erase(world, ADA)
    who = world.container.erased.who("x", ADA.native_id)
    with world.database.write() as db:
        (event,) = log.listing(db, Filter(type="graph.erased"), limit=5)
        assert event.data == f'{{"who":"{who.hex()}"}}'
        assert ledger.of_event(db, event.id) == []
        before = dump(db)
        assert list(GraphReplay().run(db)) == [True]
        assert dump(db) == before


def test_an_erasure_waits_for_who_is_about_to_store(world: World) -> None:
    erasing = Thread(target=erase, args=(world, ADA))
    with world.database.write() as db:
        assert world.container.erased.without(db, "x", [ADA]) == [ADA]
        erasing.start()
        erasing.join(0.1)
        assert erasing.is_alive()
        accounts.learn(db, "x", [ADA], now=world.clock())
    erasing.join(60)
    assert traces(everything(world)[0]) == []


def test_the_hash_needs_the_key() -> None:
    one, other = Erased(b"one"), Erased(b"other")
    assert one.who("x", "71") == one.who("x", "71")
    assert len({one.who("x", "71"), one.who("bluesky", "71"), other.who("x", "71")}) == 3


def test_an_erased_number_is_never_another_account_s(world: World) -> None:
    ord_ = known(world, ADA)[ADA.native_id]
    erase(world, ADA)
    assert known(world, BOB)[BOB.native_id] > ord_


def test_deleted_bytes_are_overwritten_in_sqlite_s_file(world: World, tmp_path: Path) -> None:
    if not world.database.is_sqlite:
        pytest.skip("PostgreSQL's own files are vacuum's")
    Filled(world).tell()
    world.database.close()
    path = tmp_path / "afterword.db"
    assert ADA.native_id.encode() in path.read_bytes()
    erase(world, ADA)
    world.database.close()  # and what the journal holds is written back
    raw = path.read_bytes()
    assert ADA.native_id.encode() not in raw
    assert str(ADA.handle).encode() not in raw


def test_errors_of_deliveries_do_not_keep_it(filled: Filled) -> None:
    world = filled.world
    event_id = world.send("follow.added", follow(BOB, CAT)).event_id
    with world.database.write() as db:
        named = {"last_error": f"User has been suspended: [{ADA.native_id}]."}
        db.execute(delivery.update().where(delivery.c.event_id == event_id).values(named))
    erase(world, ADA)
    with world.database.read() as db:
        (duty,) = ledger.of_event(db, event_id)
    assert duty.last_error == "User has been suspended: […]."
