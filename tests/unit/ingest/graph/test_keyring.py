"""A credential's token: refreshed by one, kept before it is used, dead only when it is."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from pipeline.domain.graph.failures import (
    CredentialDeadError,
    NetworkDownError,
    NotAllowedError,
    TokenBusyError,
)
from pipeline.ingest.graph.credentials import Credentials, Kind
from pipeline.ingest.graph.keyring import KEEPING, Keyring
from pipeline.ingest.graph.tokens import Granted, Tokens
from pipeline.ingest.graph.x.token import Token
from pipeline.settings import Settings
from pipeline.store.database import Database
from pipeline.store.graph.credentials import CredentialRow
from tests.support.clock import FakeClock
from tests.support.x_authority import LIFETIME, Authority

NAME = "x-ada"
HOURS = LIFETIME / 3600


class Scene:
    """A credential, its authority, and a keyring that never really waits."""

    def __init__(self, database: Database, clock: FakeClock, home: Path) -> None:
        self.database = database
        self.clock = clock
        self.settings = Settings(home=home, config=home / "a.toml", token_key="k" * 20)
        self.kept = Credentials(self.settings, database, clock)
        self.authority = Authority(database)
        self.paused: list[float] = []
        self.log_in()

    def log_in(self) -> None:
        self.kept.log_in(NAME, self.authority.grant(), kind=Kind.OAUTH2, app="x")

    def keyring(self, kept: Credentials | None = None, **more: Any) -> Keyring:
        asked: dict[str, Any] = {"pause": self.paused.append} | more
        return Keyring(NAME, kept or self.kept, self.authority.refresh, **asked)

    @property
    def row(self) -> CredentialRow:
        row = self.kept.find(NAME)
        assert row is not None
        return row


@pytest.fixture
def scene(database: Database, clock: FakeClock, tmp_path: Path) -> Scene:
    return Scene(database, clock, tmp_path)


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The same database, as another process has it."""
    url = database._durable.url.render_as_string(hide_password=False)
    twin = Database(url)
    yield twin
    twin.close()


def test_a_token_that_lasts_is_given_as_it_is(scene: Scene) -> None:
    assert scene.keyring().token().value == "access-1"
    assert scene.authority.calls == 0


def test_a_token_is_refreshed_shortly_before_it_runs_out(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS, seconds=-61)
    assert scene.keyring().token().value == "access-1"
    scene.clock.advance(seconds=2)
    assert scene.keyring().token().value == "access-2"


def test_a_new_token_is_kept_before_it_is_used(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS)
    token = scene.keyring().token()
    row = scene.row
    assert scene.kept.tokens_of(row) == Tokens("access-2", "refresh-2", "client")
    assert (row.version, row.refresh_until) == (token.version, None)
    assert row.expires_at is not None
    assert (row.expires_at - scene.clock.now).total_seconds() == LIFETIME


def test_of_sixteen_at_once_in_two_processes_one_refreshes(scene: Scene, other: Database) -> None:
    scene.clock.advance(hours=HOURS)
    scene.authority = Authority(scene.database, other)
    scene.log_in()
    scene.clock.advance(hours=HOURS)
    scene.authority.during = lambda: threading.Event().wait(0.05)
    together = threading.Barrier(16)
    twin = Credentials(scene.settings, other, scene.clock)

    def ask(number: int) -> str:
        keyring = scene.keyring(twin if number % 2 else scene.kept, pause=threading.Event().wait)
        together.wait()
        return keyring.token().value

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(ask, range(16))) == {"access-2"}
    assert scene.authority.calls == 1


def test_of_sixteen_whose_token_is_refused_one_refreshes(scene: Scene) -> None:
    together = threading.Barrier(16)
    refused = scene.keyring().token()

    def ask(_number: int) -> str:
        together.wait()
        return scene.keyring(pause=threading.Event().wait).renewed(refused).value

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(ask, range(16))) == {"access-2"}
    assert scene.authority.calls == 1


def test_whoever_waits_too_long_comes_again_later(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS)
    asleep: list[TokenBusyError] = []

    def meanwhile() -> None:
        with pytest.raises(TokenBusyError) as caught:
            scene.keyring().token()
        asleep.append(caught.value)

    scene.authority.during = meanwhile
    assert scene.keyring().token().value == "access-2"
    assert asleep[0].delay == 1
    assert 3 < sum(scene.paused) < 6
    assert scene.authority.calls == 1


def crash(scene: Scene, *, before: bool) -> None:
    """A refresher dies before or after it was answered, leaving its lease behind."""
    keyring = scene.keyring()
    held = keyring._take(scene.row)
    assert held is not None
    if not before:
        scene.authority.refresh(scene.kept.tokens_of(scene.row))


def test_a_refresher_that_dies_before_it_asks_costs_only_its_lease(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS)
    crash(scene, before=True)
    with pytest.raises(TokenBusyError):
        scene.keyring().token()
    scene.clock.advance(seconds=121)
    assert scene.keyring().token().value == "access-2"


def test_a_refresh_token_that_is_lost_makes_the_credential_dead(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS)
    crash(scene, before=False)
    scene.clock.advance(seconds=121)
    with pytest.raises(CredentialDeadError, match=r"cut off .* graph login"):
        scene.keyring().token()
    calls = scene.authority.calls
    with pytest.raises(CredentialDeadError, match="cut off"):
        scene.keyring().token()
    assert scene.authority.calls == calls
    assert "cut off" in (scene.row.broken or "")


def test_logging_in_again_mends_a_dead_credential(scene: Scene) -> None:
    scene.keyring().give_up(scene.keyring().token(), "X refuses it")
    with pytest.raises(CredentialDeadError, match="X refuses it"):
        scene.keyring().token()
    scene.log_in()
    assert scene.keyring().token().value == "access-2"


def test_a_refused_token_that_somebody_renewed_is_not_renewed_again(scene: Scene) -> None:
    old = scene.keyring().token()
    assert scene.keyring().renewed(old).value == "access-2"
    assert scene.keyring().renewed(old).value == "access-2"
    assert scene.authority.calls == 1


def test_a_late_refusal_does_not_break_a_new_login(scene: Scene) -> None:
    old = scene.keyring().token()
    scene.log_in()
    assert isinstance(scene.keyring().give_up(old, "X refuses it"), CredentialDeadError)
    assert scene.row.broken is None


def test_a_network_that_is_down_leaves_everything_for_the_next_try(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS)
    scene.authority.down = True
    with pytest.raises(TokenBusyError, match="503"):
        scene.keyring().token()
    scene.authority.down = False
    assert scene.keyring().token().value == "access-2"


def test_a_refresh_whose_answer_was_lost_is_named_when_the_token_turns_out_dead(
    scene: Scene,
) -> None:
    scene.clock.advance(hours=HOURS)

    def lose() -> None:
        raise NetworkDownError("the answer did not come")

    scene.authority.during = lose
    with pytest.raises(TokenBusyError):
        scene.keyring().token()
    with pytest.raises(CredentialDeadError, match="cut off"):
        scene.keyring().token()


def test_wrong_settings_of_the_app_break_no_credential(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS)

    def refuse(_tokens: Tokens) -> Granted:
        raise NotAllowedError("invalid_client")

    with pytest.raises(NotAllowedError):
        Keyring(NAME, scene.kept, refuse, pause=scene.paused.append).token()
    assert (scene.row.broken, scene.row.refresh_until) == (None, None)


def test_a_login_during_a_refresh_stands(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS)
    scene.authority.during = scene.log_in
    with pytest.raises(TokenBusyError, match="changed"):
        scene.keyring().token()
    assert scene.keyring().token().value == "access-3"
    assert scene.authority.calls == 1


def test_a_logout_during_a_refresh_stands(scene: Scene) -> None:
    scene.clock.advance(hours=HOURS)
    scene.authority.during = lambda: scene.kept.remove(NAME)
    with pytest.raises(TokenBusyError, match="changed"):
        scene.keyring().token()
    with pytest.raises(CredentialDeadError, match="not there"):
        scene.keyring().token()


@pytest.mark.parametrize("refused", [True, False])
def test_an_apps_own_token_can_only_be_replaced(scene: Scene, *, refused: bool) -> None:
    lasting = None if refused else 60.0
    granted = Granted(Tokens("app-token"), lasting)
    scene.kept.log_in(NAME, granted, kind=Kind.BEARER, app="x")
    scene.clock.advance(seconds=61)
    old = Token("app-token", scene.row.version)
    ask = partial(scene.keyring().renewed, old) if refused else scene.keyring().token
    with pytest.raises(CredentialDeadError, match="can't be refreshed"):
        ask()
    assert "can't be refreshed" in (scene.row.broken or "")


def test_tokens_of_another_key_are_not_marked(scene: Scene) -> None:
    wrong = Settings(home=scene.settings.home, config=scene.settings.config, token_key="other" * 5)
    keyring = scene.keyring(Credentials(wrong, scene.database, scene.clock))
    with pytest.raises(CredentialDeadError, match="AFTERWORD_TOKEN_KEY"):
        keyring.token()
    assert scene.row.broken is None


class Busy(Database):
    """Writes fail while `fails` lasts."""

    fails = 0

    def write(self) -> AbstractContextManager[Connection]:
        if self.fails:
            self.fails -= 1
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        return super().write()


@pytest.fixture
def busy(database: Database) -> Iterator[Busy]:
    found = Busy(database._durable.url.render_as_string(hide_password=False))
    yield found
    found.close()


def refresh_while(scene: Scene, busy: Busy, *, fails: int) -> str:
    """Refresh, where keeping the new tokens fails so often."""
    scene.clock.advance(hours=HOURS)

    def lock() -> None:
        busy.fails = fails

    scene.authority.during = lock
    return scene.keyring(Credentials(scene.settings, busy, scene.clock)).token().value


def test_new_tokens_are_kept_also_where_the_database_is_busy(scene: Scene, busy: Busy) -> None:
    assert refresh_while(scene, busy, fails=KEEPING - 1) == "access-2"
    assert scene.kept.tokens_of(scene.row).access == "access-2"
    assert scene.paused == [1.0] * (KEEPING - 1)


def test_new_tokens_that_can_not_be_kept_are_not_used(scene: Scene, busy: Busy) -> None:
    with pytest.raises(OperationalError):
        refresh_while(scene, busy, fails=KEEPING)
    scene.clock.advance(seconds=121)
    with pytest.raises(CredentialDeadError, match="cut off"):
        scene.keyring().token()


def test_a_token_shows_in_no_repr(scene: Scene) -> None:
    token = scene.keyring().token()
    shown = [scene.keyring(), token, scene.kept.tokens_of(scene.row), scene.authority.grant()]
    assert not [each for each in shown if "access" in repr(each) or "refresh-" in repr(each)]
    assert b"access" not in (scene.row.secret or b"")
    assert repr(Token("secret", 3)) == "Token(version=3)"
