"""What is Bluesky's own: DIDs, reasons that a list does not tell, cursors."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from pipeline.domain.graph.failures import CursorExpiredError, NetworkDownError, NotAllowedError
from pipeline.domain.graph.kinds import AccountState, Direction
from pipeline.ingest.graph.bluesky import BlueskySource
from tests.simulators.bluesky import Bluesky
from tests.simulators.social import Fault
from tests.support.loopback import serving

pytestmark = pytest.mark.services


@pytest.fixture
def app() -> Bluesky:
    return Bluesky()


@pytest.fixture
def source(app: Bluesky) -> Iterator[BlueskySource]:
    with serving(app) as url, closing(BlueskySource(app.clock, base_url=url)) as opened:
        yield opened


def test_profiles_are_one_call_and_one_for_each_that_is_missing(
    app: Bluesky, source: BlueskySource
) -> None:
    wanted = [app.join(f"m{n}.bsky.example") for n in range(25)]
    app.members[wanted[3]].state = "suspended"
    app.members[wanted[4]].state = "deactivated"
    found = source.profiles(wanted)
    assert len(found.found) == 23
    assert found.missing == {
        wanted[3]: AccountState.SUSPENDED,
        wanted[4]: AccountState.DELETED,
    }
    assert [len(query.get("actors", [])) for _, query in app.asked] == [25, 0, 0]
    assert found.limits.remaining == 3000 - 3


def test_a_cursor_that_is_refused_starts_the_list_again(
    app: Bluesky, source: BlueskySource
) -> None:
    owner = app.join("kim.example")
    with pytest.raises(CursorExpiredError, match="Malformed cursor"):
        source.page(owner, Direction.FOLLOWERS, cursor="old format", size=3)


def test_a_cursor_that_stays_is_no_progress(app: Bluesky, source: BlueskySource) -> None:
    owner = app.join("kim.example")
    app.faults.append(Fault(200, b'{"followers": [], "cursor": "7"}'))
    with pytest.raises(NetworkDownError):
        source.page(owner, Direction.FOLLOWERS, cursor="7", size=3)


def test_a_handle_that_the_network_calls_invalid_is_none(
    app: Bluesky, source: BlueskySource
) -> None:
    did = app.join("handle.invalid", name="Kim")
    (person,) = source.profiles([did]).found
    assert (person.handle, person.name) == (None, "Kim")


def test_an_account_is_found_by_its_did(app: Bluesky, source: BlueskySource) -> None:
    did = app.join("kim.example")
    assert source.find(did).found[0].handle == "kim.example"


def test_what_is_no_handle_is_asked_of_nobody(app: Bluesky, source: BlueskySource) -> None:
    for typed in ("kim", "kim.", "..", "kim.example/x", "did:"):
        assert source.find(typed).missing == {typed: AccountState.DELETED}
    assert app.asked == []


def test_another_refusal_says_what_the_network_says(app: Bluesky, source: BlueskySource) -> None:
    owner = app.join("kim.example")
    body = b'{"error": "InvalidRequest", "message": "Error: actor must be a valid did or a handle"}'
    app.faults.append(Fault(400, body))
    with pytest.raises(NotAllowedError, match="must be a valid did"):
        source.page(owner, Direction.FOLLOWERS, cursor=None, size=3)


@pytest.mark.parametrize(
    "url", ["http://bsky.example", "ftp://bsky.example", "bsky.example", "http://[::1", ""]
)
def test_only_https_is_asked_but_on_this_machine(app: Bluesky, url: str) -> None:
    with pytest.raises(NotAllowedError):
        BlueskySource(app.clock, base_url=url)
