"""What a login keeps when X does not say whose it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.ingest.graph.credentials import Credentials
from pipeline.ingest.graph.logins import Logins, Wanted
from pipeline.settings import Settings
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite
from tests.support.x_login import CLIENT, LoginServer
from tests.support.x_server import Asked, Reply, XServer, x_server

pytestmark = pytest.mark.services

BACK = "http://127.0.0.1:8421/callback"


class Poor(LoginServer):
    """An app without credits: logging in is free, asking is not."""

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/2/users/me":
            return Reply(402, {"title": "CreditsDepleted"})
        return super().__call__(asked)


@pytest.fixture
def poor() -> Iterator[XServer]:
    with x_server(Poor()) as running:
        yield running


def test_a_login_is_kept_though_the_app_has_no_credits(
    poor: XServer, tmp_path: Path, clock: FakeClock
) -> None:
    database = migrated_sqlite(tmp_path / "a.db")
    settings = Settings(
        home=tmp_path, config=tmp_path / "a.toml", x_api_url=poor.url, x_client_id=CLIENT
    )
    kept = Credentials(settings, database, clock)
    logins = Logins(settings, kept)
    attempt = logins.begin(BACK)
    query = {"redirect_uri": BACK, "code_challenge": attempt.url.split("code_challenge=")[1][:43]}
    poor.otherwise.codes["c"] = query  # type: ignore[attr-defined] # a login server's
    address = f"{BACK}?state={attempt.state}&code=c"
    done = logins.finish(attempt, address, Wanted(None, "x"))
    assert (done.row.name, done.person) == ("x-login", None)
    assert "CreditsDepleted" in (done.unknown or "")
    assert kept.tokens_of(done.row).access == "access-1"
    database.close()
