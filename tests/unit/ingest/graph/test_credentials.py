"""Credentials: those that are logged in, and the one of the settings."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.graph.failures import CredentialDeadError
from pipeline.domain.graph.port import Person
from pipeline.errors import NotFoundError
from pipeline.ingest.graph.credentials import Credentials, Kind
from pipeline.ingest.graph.tokens import Granted, Tokens
from pipeline.settings import Settings
from pipeline.store.database import Database
from pipeline.store.graph import credentials
from pipeline.store.graph.credentials import CredentialRow
from tests.support.clock import FakeClock

ADA = Person("7", "ada")
GRANTED = Granted(Tokens("access", "refresh", "client"), 7200.0)


class Keeper:
    """Credentials under settings of choice."""

    def __init__(self, database: Database, clock: FakeClock, home: Path) -> None:
        self.database = database
        self.clock = clock
        self.home = home

    def with_(self, **settings: Any) -> Credentials:
        found = Settings(home=self.home, config=self.home / "a.toml", **settings)
        return Credentials(found, self.database, self.clock)


@pytest.fixture
def keeper(database: Database, clock: FakeClock, tmp_path: Path) -> Keeper:
    return Keeper(database, clock, tmp_path)


def found(kept: Credentials, name: str) -> CredentialRow:
    row = kept.find(name)
    assert row is not None
    return row


def test_a_login_is_kept_sealed_with_whose_it_is(keeper: Keeper) -> None:
    kept = keeper.with_()
    kept.log_in("x-ada", GRANTED, kind=Kind.OAUTH2, app="x", person=ADA)
    row = found(kept, "x-ada")
    assert (row.network, row.kind, row.app, row.handle) == ("x", "oauth2", "x", "ada")
    assert row.expires_at == keeper.clock.now + timedelta(hours=2)
    assert kept.tokens_of(row) == GRANTED.tokens
    assert b"access" not in (row.secret or b"")
    assert (row.owns("7"), row.owns("8")) == (True, False)


def test_nobody_owns_what_an_app_reads(keeper: Keeper) -> None:
    kept = keeper.with_()
    kept.log_in("x", Granted(Tokens("app-token")), kind=Kind.BEARER, app="x")
    row = found(kept, "x")
    assert (row.owner_id, row.expires_at, row.owns("7")) == (None, None, False)


def test_the_key_is_made_once_and_kept(keeper: Keeper) -> None:
    keeper.with_().log_in("x-ada", GRANTED, kind=Kind.OAUTH2, app="x")
    again = keeper.with_()
    assert again.tokens_of(found(again, "x-ada")) == GRANTED.tokens
    assert (keeper.home / "secrets" / "token_key").stat().st_mode & 0o777 == 0o600


def test_a_key_of_the_settings_is_used_and_none_is_made(keeper: Keeper) -> None:
    keeper.with_(token_key="k" * 20).log_in("x-ada", GRANTED, kind=Kind.OAUTH2, app="x")
    assert not (keeper.home / "secrets").exists()
    other = keeper.with_()
    with pytest.raises(CredentialDeadError, match="AFTERWORD_TOKEN_KEY"):
        other.tokens_of(found(other, "x-ada"))


def test_logging_in_again_replaces_and_mends(keeper: Keeper) -> None:
    kept = keeper.with_()
    kept.log_in("x-ada", GRANTED, kind=Kind.OAUTH2, app="x")
    before = found(kept, "x-ada")
    with keeper.database.write() as db:
        assert credentials.set_broken(db, "x-ada", before.version, "refused")
    kept.log_in("x-ada", Granted(Tokens("new")), kind=Kind.OAUTH2, app="x")
    row = found(kept, "x-ada")
    assert (row.broken, kept.tokens_of(row).access) == (None, "new")
    assert row.version > before.version + 1


def test_a_name_that_is_used_again_does_not_meet_its_former_versions(keeper: Keeper) -> None:
    kept = keeper.with_()
    kept.log_in("x-ada", GRANTED, kind=Kind.OAUTH2, app="x")
    before = found(kept, "x-ada").version
    kept.remove("x-ada")
    keeper.clock.advance(seconds=5)
    kept.log_in("x-ada", GRANTED, kind=Kind.OAUTH2, app="x")
    assert found(kept, "x-ada").version > before + 1


def test_the_token_of_the_settings_is_a_credential_that_the_database_does_not_hold(
    keeper: Keeper,
) -> None:
    kept = keeper.with_(x_bearer_token="secret-token")
    row = found(kept, "x")
    assert (row.kind, row.app, row.network) == ("setting", "x", "x")
    assert b"secret" not in (row.secret or b"")
    assert kept.tokens_of(row) == Tokens("secret-token")
    assert [each.name for each in kept.all()] == ["x"]
    assert found(kept, "x") == row  # made once


def test_another_token_in_the_settings_mends_what_the_old_one_broke(keeper: Keeper) -> None:
    row = found(keeper.with_(x_bearer_token="old"), "x")
    with keeper.database.write() as db:
        credentials.set_broken(db, "x", row.version, "X refuses it")
    assert found(keeper.with_(x_bearer_token="old"), "x").broken == "X refuses it"
    assert found(keeper.with_(x_bearer_token="new"), "x").broken is None


def test_a_token_that_left_the_settings_opens_nothing(keeper: Keeper) -> None:
    found(keeper.with_(x_bearer_token="old"), "x")
    kept = keeper.with_()
    with pytest.raises(CredentialDeadError, match="not set any more"):
        kept.tokens_of(found(kept, "x"))


def test_where_nobody_says_which_a_login_goes_before_an_apps_token(keeper: Keeper) -> None:
    with pytest.raises(NotFoundError, match="graph login"):
        keeper.with_().choose("x")
    kept = keeper.with_(x_bearer_token="app-token")
    assert kept.choose("x").name == "x"
    kept.log_in("x-zoe", GRANTED, kind=Kind.OAUTH2, app="x")
    kept.log_in("x-ada", GRANTED, kind=Kind.OAUTH2, app="x")
    assert kept.choose("x").name == "x-ada"
    with keeper.database.write() as db:
        credentials.set_broken(db, "x-ada", found(kept, "x-ada").version, "refused")
    assert kept.choose("x").name == "x-zoe"


def test_a_public_network_needs_no_login_and_no_secret(keeper: Keeper) -> None:
    kept = keeper.with_()
    row = kept.choose("mastodon:social.example")
    assert (row.name, row.kind, row.secret) == ("mastodon:social.example", "public", None)
    assert kept.find(row.name) == row
    assert kept.choose("bluesky").name == "bluesky"


def test_a_network_that_there_is_not_is_said_to_be_none(keeper: Keeper) -> None:
    for network in ("friendster", "mastodon", "mastodon:127.0.0.1", "mastodon:Social.example"):
        with pytest.raises(NotFoundError, match="there is no network"):
            keeper.with_().choose(network)
    assert keeper.with_().all() == []


def test_how_a_credential_stands_is_said_in_words(keeper: Keeper) -> None:
    kept = keeper.with_()
    row = kept.log_in("x-ada", GRANTED, kind=Kind.OAUTH2, app="x")
    assert kept.state_of(row) == "ready"
    busy = row._replace(refresh_until=keeper.clock.now + timedelta(seconds=9))
    assert kept.state_of(busy) == "being refreshed"
    assert kept.state_of(busy._replace(broken="refused")) == "broken: refused"
    keeper.clock.advance(hours=3)
    assert kept.state_of(row) == "ready: refreshed at its next use"
    found(keeper.with_(x_bearer_token="old"), "x")
    assert "BEARER_TOKEN is not set" in kept.state_of(found(kept, "x"))
