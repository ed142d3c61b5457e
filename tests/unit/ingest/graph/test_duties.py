"""Within a day of an account's end, what it showed is gone; what is known of edges stays."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import Person
from pipeline.ingest.graph.duties import Complied
from pipeline.ingest.upkeep import SCHEDULE, take_slot
from pipeline.store import graph_tables as tables
from pipeline.store import log, network_tables
from pipeline.store import tables as tables_of
from pipeline.store.graph import accounts
from pipeline.store.log import Filter
from tests.support.dump import dump
from tests.support.pushed import ADA, BOB, CAT, follow, known
from tests.support.world import World

GONE = (AccountState.PROTECTED, AccountState.SUSPENDED, AccountState.DELETED)


def say(world: World, ord_: int, state: AccountState) -> None:
    with world.database.write() as db:
        accounts.set_state(db, ord_, state, now=world.clock())


def text(world: World) -> str:
    with world.database.read() as db:
        return dump(db)


@pytest.mark.parametrize("state", GONE)
def test_the_profile_of_who_is_gone_is_purged_and_the_edge_stays(
    world: World, state: AccountState
) -> None:
    ords = known(world, ADA, BOB)
    ada, bob = ords[ADA.native_id], ords[BOB.native_id]
    with world.database.write() as db:
        span = {"src": ada, "dst": bob, "from_hi": world.clock(), "run_from": 1}
        db.execute(insert(tables.edge_span).values(span))
    say(world, ada, state)
    assert world.container.duties.comply() == Complied(profiles=1, events=0)
    assert ADA.handle not in text(world)
    assert str(ADA.name) not in text(world)
    with world.database.read() as db:
        left = accounts.many(db, [ada, bob])
        assert len(db.execute(select(tables.edge_span)).all()) == 1
        assert db.execute(select(tables.follow_count)).all() == []
    assert (left[ada].native_id, left[ada].state, left[ada].gone_at) == (
        ADA.native_id,
        state,
        world.clock(),
    )
    assert (left[ada].followers, left[ada].profile_at) == (None, None)
    assert left[bob].handle == BOB.handle


def test_names_of_who_is_gone_are_blanked_in_the_log(world: World) -> None:
    ords = known(world, ADA, BOB)
    about = [
        world.send("follow.added", follow(ADA, BOB)).event_id,
        world.send("follow.removed", follow(BOB, ADA)).event_id,
        world.send("x.activity", {"by": ADA.native_id, "name": ADA.name}).event_id,
        world.send("x.activity", {"to": f"@{ADA.handle}"}).event_id,
    ]
    other = world.send("follow.added", follow(CAT, BOB)).event_id
    elsewhere = world.send("follow.added", follow(ADA, BOB, network="bluesky")).event_id
    say(world, ords[ADA.native_id], AccountState.DELETED)
    with world.database.read() as db:
        before = {id_: log.get(db, id_) for id_ in (*about, other, elsewhere)}
    assert world.container.duties.comply() == Complied(profiles=1, events=4)
    with world.database.read() as db:
        after = {id_: log.get(db, id_) for id_ in before}
    for id_, event in before.items():
        left = after[id_]
        assert event is not None
        assert left is not None
        assert (left.digest, left.subject) == (event.digest, event.subject)
        assert (left.data != event.data) is (id_ in about)
    short = after[about[0]]
    assert short is not None
    assert f'{{"id":"{ADA.native_id}"}}' in short.data
    assert '"bob"' in short.data


def test_what_was_blanked_before_stays_so(world: World) -> None:
    ords = known(world, ADA)
    blank = world.send("x.activity", {}).event_id
    odd = world.send("follow.added", follow(ADA, BOB)).event_id
    with world.database.write() as db:
        db.execute(tables_of.event.update().where(tables_of.event.c.id == odd).values(data="[]"))
    say(world, ords[ADA.native_id], AccountState.DELETED)
    assert world.container.duties.comply() == Complied(profiles=1, events=0)
    with world.database.read() as db:
        assert {e.id: e.data for e in log.listing(db, Filter(), limit=5)} == {
            blank: "{}",
            odd: "[]",
        }


def test_handles_in_reasons_are_struck(world: World) -> None:
    ords = known(world, ADA, BOB)
    with world.database.write() as db:
        paused = {"owner": ords[BOB.native_id], "direction": "followers", "credential": "x"}
        paused["paused"] = "@Ada_Lovelace asked"
        db.execute(insert(tables.graph_list).values(paused))
    say(world, ords[ADA.native_id], AccountState.DELETED)
    world.container.duties.comply()
    with world.database.read() as db:
        assert list(db.execute(select(tables.graph_list.c.paused)).scalars()) == ["@… asked"]


def test_who_logged_in_here_keeps_a_profile(world: World) -> None:
    ords = known(world, ADA)
    with world.database.write() as db:
        login = {"name": "x-ada", "network": "x", "kind": "oauth2", "app": "x"}
        login |= {"owner_id": ADA.native_id, "added_at": world.clock()}
        db.execute(insert(network_tables.credential).values(login))
    say(world, ords[ADA.native_id], AccountState.PROTECTED)
    assert world.container.duties.comply() == Complied(0, 0)


def test_who_comes_back_is_learnt_anew(world: World) -> None:
    ord_ = known(world, ADA)[ADA.native_id]
    say(world, ord_, AccountState.SUSPENDED)
    world.container.duties.comply()
    assert known(world, Person(ADA.native_id, handle="ada_again"))[ADA.native_id] == ord_
    assert world.container.duties.comply() == Complied(0, 0)
    with world.database.read() as db:
        row = accounts.get(db, ord_)
    assert row is not None
    assert (row.handle, row.state, row.gone_at) == ("ada_again", AccountState.ACTIVE, None)


def test_who_is_there_keeps_everything(world: World) -> None:
    known(world, ADA, BOB)
    world.send("follow.added", follow(ADA, BOB))
    before = text(world)
    assert world.container.duties.comply() == Complied(0, 0)
    assert text(world) == before


def test_a_run_cut_off_after_the_log_finds_the_same_again(world: World) -> None:
    ord_ = known(world, ADA)[ADA.native_id]
    world.send("follow.added", follow(ADA, BOB))
    say(world, ord_, AccountState.DELETED)
    cut = ConnectionError("the worker died")

    def die() -> None:
        raise cut

    with pytest.raises(ConnectionError):
        world.container.duties.comply(die)
    assert world.container.duties.comply() == Complied(profiles=1, events=0)


def test_it_is_done_every_hour(world: World) -> None:
    (job,) = [job for job in SCHEDULE if job.name == "comply"]
    assert job.every <= timedelta(hours=1)
    say(world, known(world, ADA)[ADA.native_id], AccountState.DELETED)
    with world.database.write() as db:
        assert take_slot(db, world.container.ids, job, now=world.clock())
    assert [result.ending.value for result in world.work()] == ["done"]
    assert str(ADA.handle) not in text(world)
    with world.database.read() as db:
        assert [event.type for event in log.listing(db, Filter(), limit=9)] == ["tick.comply"]
