"""Opening a network by its credential."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.graph.failures import CredentialDeadError
from pipeline.ingest.graph.sources import Sources
from pipeline.settings import Settings
from tests.support.clock import FakeClock
from tests.support.databases import migrated_sqlite


@pytest.fixture
def sources(tmp_path: Path, clock: FakeClock) -> Any:
    database = migrated_sqlite(tmp_path / "a.db")
    settings = Settings(home=tmp_path, config=tmp_path / "a.toml", x_bearer_token="app-token")
    yield Sources(settings, database, clock)
    database.close()


def test_the_settings_token_opens_x(sources: Sources) -> None:
    x = sources.source_of("x")
    assert (x.largest_page, x.largest_lookup) == (1000, 100)
    row = sources.credentials.find("x")
    assert row is not None
    assert sources(row) is x


def test_each_thread_has_its_own(sources: Sources) -> None:
    seen = []
    thread = threading.Thread(target=lambda: seen.append(sources.source_of("x")))
    thread.start()
    thread.join()
    assert seen[0] is not sources.source_of("x")


@pytest.mark.parametrize("name", ["x-nobody", ""])
def test_an_unknown_credential_is_a_matter_of_logging_in(sources: Sources, name: str) -> None:
    with pytest.raises(CredentialDeadError, match="graph login"):
        sources.source_of(name)


@pytest.mark.parametrize("network", ["bluesky", "mastodon:social.example"])
def test_a_public_network_is_opened_by_its_name(sources: Sources, network: str) -> None:
    pytest.importorskip(f"pipeline.ingest.graph.{network.partition(':')[0]}")
    row = sources.credentials.open_to_all(network)
    assert sources(row).largest_page > 1


def test_a_network_that_nobody_serves_opens_nothing(sources: Sources) -> None:
    for network in ("friendster", "mastodon"):
        row = sources.credentials.open_to_all(network)
        with pytest.raises(CredentialDeadError, match="no network"):
            sources(row)


def test_no_client_is_loaded_before_it_is_needed() -> None:
    heavy = "tweepy", "requests", "cryptography"
    code = f"import sys, pipeline.ingest.graph.sources; print({heavy!r} & sys.modules.keys())"
    code = code.replace(repr(heavy), f"set({heavy!r})")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603 - own code
    assert done.stdout.strip() == b"set()"
