"""What is Mastodon's own: instances, hidden lists, lookups one by one."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from pipeline.domain.graph.failures import (
    ListGoneError,
    NetworkDownError,
    NotAllowedError,
    RateLimitedError,
)
from pipeline.domain.graph.kinds import AccountState, Direction
from pipeline.ingest.graph.mastodon import MastodonSource
from tests.simulators.mastodon import Mastodon
from tests.simulators.social import Fault
from tests.support.loopback import serving

pytestmark = pytest.mark.services
HOST = "social.example"


@pytest.fixture
def app() -> Mastodon:
    return Mastodon()


@pytest.fixture
def source(app: Mastodon) -> Iterator[MastodonSource]:
    with serving(app) as url, closing(MastodonSource(HOST, app.clock, base_url=url)) as opened:
        yield opened


def members(app: Mastodon, count: int) -> list[str]:
    return [app.join(f"m{n}") for n in range(count)]


def head(source: MastodonSource, owner: str, cursor: str | None = None) -> list[str]:
    page = source.page(owner, Direction.FOLLOWERS, cursor=cursor, size=2)
    return [person.native_id for person in page.people]


def test_a_list_of_nobody_is_believed_only_where_nobody_is_counted(
    app: Mastodon, source: MastodonSource
) -> None:
    owner, fan = members(app, 2)
    assert head(source, owner) == []
    app.follow(fan, owner)
    app.members[owner].hidden = True
    with pytest.raises(ListGoneError, match="hides that list") as caught:
        head(source, owner)
    assert caught.value.state is AccountState.PROTECTED


def test_an_empty_last_page_is_believed_while_the_head_is_there(
    app: Mastodon, source: MastodonSource
) -> None:
    owner, *fans = members(app, 3)
    for fan in fans:
        app.follow(fan, owner)
    assert head(source, owner, cursor="1") == []
    app.members[owner].hidden = True
    with pytest.raises(ListGoneError):
        head(source, owner, cursor="1")


def test_a_link_without_an_id_is_no_end(app: Mastodon, source: MastodonSource) -> None:
    (owner,) = members(app, 1)
    app.faults.append(
        Fault(200, b"[]", {"Link": '<https://elsewhere.example/?page=2>; rel="next"'})
    )
    with pytest.raises(NetworkDownError, match="without max_id"):
        head(source, owner)
    assert len(app.asked) == 1  # a link is read, not followed


def test_many_accounts_are_one_call_where_the_instance_can(
    app: Mastodon, source: MastodonSource
) -> None:
    wanted = members(app, 4)
    app.members[wanted[0]].state = "suspended"
    app.members[wanted[1]].state = "deleted"
    found = source.profiles(wanted)
    assert found.missing == {
        wanted[0]: AccountState.SUSPENDED,
        wanted[1]: AccountState.DELETED,
    }
    assert len(app.asked) == 2  # who is not among the answers is asked for alone


def test_an_older_instance_is_asked_once_whether_it_can(
    app: Mastodon, source: MastodonSource
) -> None:
    app.has_bulk = False
    wanted = members(app, 3)
    for _ in range(2):
        assert len(source.profiles(wanted).found) == 3
    assert len(app.asked) == 1 + 3 + 3


def test_an_account_is_asked_for_where_it_lives(app: Mastodon, source: MastodonSource) -> None:
    app.join("kim")
    for typed in ("kim", "@kim", f"@kim@{HOST}", f"KIM@{HOST.upper()}"):
        assert source.find(typed).found[0].handle == "kim"
    asked = len(app.asked)
    with pytest.raises(NotAllowedError, match=r"name the network mastodon:other\.example"):
        source.find("kim@other.example")
    assert len(app.asked) == asked


def test_a_closed_instance_says_that_it_is(source: MastodonSource, app: Mastodon) -> None:
    (owner,) = members(app, 1)
    app.is_closed = True
    with pytest.raises(NotAllowedError, match="requires an authenticated user"):
        head(source, owner)


def test_an_instance_that_moved_says_where(app: Mastodon, source: MastodonSource) -> None:
    for status in (301, 308):
        app.faults.append(Fault(status, b"", {"Location": "https://new.example/"}))
        with pytest.raises(NotAllowedError, match=r"now at .https://new\.example/"):
            source.find("kim")
    assert len(app.asked) == 2


def test_a_refusal_without_a_reset_says_retry_after(app: Mastodon, source: MastodonSource) -> None:
    app.faults.append(Fault(429, b"", {"Retry-After": "120"}))
    with pytest.raises(RateLimitedError) as caught:
        source.find("kim")
    assert caught.value.limits.reset_at == app.clock() + timedelta(seconds=120)


def test_an_id_that_is_none_leads_to_no_other_path(app: Mastodon, source: MastodonSource) -> None:
    for odd in ("../../x", "1/followers", "", "é"):
        with pytest.raises(ListGoneError):
            head(source, odd)
        assert source.profiles([odd]).missing == {odd: AccountState.DELETED}
    assert app.asked == []


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "social.example:8443",
        "127.0.0.1",
        "[::1]",
        "10.0.0.1",
        "2130706433",
        "kim@social.example",
        "https://social.example",
        "social.example/x",
        "social..example",
        "-a.example",
        "a" * 100 + ".example",
    ],
)
def test_what_is_no_public_name_is_no_instance(app: Mastodon, host: str) -> None:
    with pytest.raises(NotAllowedError, match="no instance"):
        MastodonSource(host, app.clock)


def test_an_instance_s_name_may_have_other_letters(app: Mastodon) -> None:
    with closing(MastodonSource("Café.Example", app.clock)) as source:
        assert source.host == "xn--caf-dma.example"
