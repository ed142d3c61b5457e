"""Accounts: one ordinal per native id, profiles that change as networks show them."""

from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread

from sqlalchemy import event, func, select, update

from pipeline.domain.graph.kinds import AccountState
from pipeline.domain.graph.port import Person
from pipeline.store.database import Database
from pipeline.store.graph import accounts
from pipeline.store.graph_tables import account, follow_count

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_an_id_keeps_its_ordinal_and_a_new_one_gets_the_next(database: Database) -> None:
    with database.write() as db:
        first = accounts.ordinals(db, "x", ["7", "5", "7"])
        second = accounts.ordinals(db, "x", ["5", "9"])
    assert set(first) == {"5", "7"}
    assert second["5"] == first["5"]
    assert second["9"] not in first.values()


def test_the_same_id_on_another_network_is_another_account(database: Database) -> None:
    with database.write() as db:
        assert accounts.ordinals(db, "x", ["1"]) != accounts.ordinals(db, "bluesky", ["1"])


def test_a_thousand_ids_take_a_few_statements(database: Database) -> None:
    ids = [str(number) for number in range(1000)]
    with database.write() as db:
        sent: list[str] = []
        note = partial(_note, sent)
        event.listen(db, "before_cursor_execute", note)
        made = accounts.ordinals(db, "x", ids)
        event.remove(db, "before_cursor_execute", note)
        assert len(sent) <= 3
        assert accounts.ordinals(db, "x", ids) == made
    assert len(set(made.values())) == 1000


def _note(sent: list[str], *statement: object) -> None:
    sent.append(str(statement[2]))


def test_threads_that_make_the_same_ids_at_once_agree(database: Database) -> None:
    start, found = Barrier(4), []

    def make(offset: int) -> None:
        ids = [str(number) for number in range(offset, offset + 300)]
        start.wait()
        for part in (ids[::-1], ids):
            with database.write() as db:
                found.append(accounts.ordinals(db, "x", part))

    threads = [Thread(target=make, args=(offset,)) for offset in (0, 100, 200, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    together: dict[str, int] = {}
    for each in found:
        together |= each
    assert all(each.items() <= together.items() for each in found)
    with database.read() as db:
        assert db.execute(select(func.count()).select_from(account)).scalar() == 500


def test_what_a_network_leaves_out_stays_as_it_was(database: Database) -> None:
    with database.write() as db:
        ids = accounts.learn(db, "x", [Person("1", "ada", "Ada", NOW, 10, 20)], now=NOW)
        accounts.learn(db, "x", [Person("1"), Person("2")], now=NOW + timedelta(days=9))
        accounts.learn(db, "x", [Person("1", "ada2")], now=NOW + timedelta(hours=1))
        row = accounts.get(db, ids["1"])
    assert row is not None
    assert row[3:] == (
        "ada2",
        "Ada",
        AccountState.ACTIVE,
        NOW,
        10,
        20,
        NOW + timedelta(hours=1),
        None,
    )


def test_a_name_that_no_database_takes_is_kept_as_far_as_one_does(database: Database) -> None:
    with database.write() as db:
        ids = accounts.learn(db, "x", [Person("1", "ada", "A\0\ud800" + 300 * "b")], now=NOW)
        row = accounts.get(db, ids["1"])
    assert row is not None
    assert row.name == "A" + 255 * "b"


def test_counts_are_kept_when_they_change(database: Database) -> None:
    with database.write() as db:
        for hours, followers in enumerate((10, 10, 11)):
            person = Person("1", "ada", followers=followers, following=2)
            accounts.learn(db, "x", [person], now=NOW + timedelta(hours=hours))
        kept = db.execute(select(follow_count.c.followers).order_by(follow_count.c.at)).scalars()
        assert list(kept) == [10, 11]


def test_an_unchanged_profile_is_written_once_a_day(database: Database) -> None:
    with database.write() as db:
        ids = accounts.learn(db, "x", [Person("1", "ada")], now=NOW)
        read = []
        for hours in (23, 25):
            accounts.learn(db, "x", [Person("1", "ada")], now=NOW + timedelta(hours=hours))
            row = accounts.get(db, ids["1"])
            assert row is not None
            read.append(row.profile_at)
    assert read == [NOW, NOW + timedelta(hours=25)]


def test_a_handle_is_found_in_any_case_where_it_was_seen_last(database: Database) -> None:
    with database.write() as db:
        accounts.learn(db, "x", [Person("1", "Ada")], now=NOW)
        ids = accounts.learn(db, "x", [Person("2", "aDA")], now=NOW + timedelta(days=1))
        found = accounts.by_handle(db, "x", "ADA")
        assert found is not None
        assert found.ord == ids["2"]
        assert accounts.by_handle(db, "x", "bob") is None


def test_an_account_that_was_public_is_gone_from_when_the_network_says_so(
    database: Database,
) -> None:
    with database.write() as db:
        ord_ = accounts.learn(db, "x", [Person("1", "ada")], now=NOW)["1"]
        accounts.set_state(db, ord_, AccountState.DELETED, now=NOW)
        row = accounts.get(db, ord_)
    assert row is not None
    assert (row.state, row.gone_at) == (AccountState.DELETED, NOW)


def test_gone_at_is_the_first_time_an_account_was_not_public(database: Database) -> None:
    with database.write() as db:
        ord_ = accounts.learn(db, "x", [Person("1", "ada", protected=True)], now=NOW)["1"]
        later = NOW + timedelta(days=1)
        gone = []
        for state in (AccountState.SUSPENDED, AccountState.UNKNOWN, AccountState.ACTIVE):
            accounts.set_state(db, ord_, state, now=later)
            row = accounts.get(db, ord_)
            assert row is not None
            gone.append((row.state, row.gone_at))
    assert gone == [
        (AccountState.SUSPENDED, NOW),
        (AccountState.UNKNOWN, NOW),
        (AccountState.ACTIVE, None),
    ]


def test_accounts_are_found_by_ordinal_and_by_their_networks_id(database: Database) -> None:
    with database.write() as db:
        ids = accounts.ordinals(db, "x", [str(number) for number in range(1500)])
        assert {row.native_id: ord_ for ord_, row in accounts.many(db, ids.values()).items()} == ids
        assert {id_: row.ord for id_, row in accounts.by_native(db, "x", ids).items()} == ids
        assert accounts.get(db, 0) is None


def test_of_two_with_one_handle_the_one_that_was_read_is_meant(database: Database) -> None:
    with database.write() as db:
        ords = accounts.learn(
            db, "x", [Person("1", handle="kim"), Person("2", handle="kim")], now=NOW
        )
        db.execute(update(account).where(account.c.ord == ords["2"]).values(profile_at=None))
        found = accounts.by_handle(db, "x", "Kim")
    assert found is not None
    assert found.native_id == "1"
