"""What every gateway to a network must do, over real HTTP, whatever network it is."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.graph import failures
from pipeline.domain.graph.kinds import AccountState, Direction
from pipeline.domain.graph.port import Page, Profiles
from tests.support.networks import NETWORKS, Network

pytestmark = pytest.mark.services
BOTH = list(Direction)
# What `pipeline.domain.graph.failures` draws.
KNOWN = (
    failures.RateLimitedError,
    failures.UsageCappedError,
    failures.NoCreditsError,
    failures.CursorExpiredError,
    failures.NetworkDownError,
    failures.CredentialDeadError,
    failures.NotAllowedError,
    failures.ListGoneError,
)
HTML = b"<!doctype html><title>503</title>"


@pytest.fixture(params=list(NETWORKS))
def network(request: pytest.FixtureRequest) -> Iterator[Network]:
    with NETWORKS[request.param]() as running:
        yield running


def crowd(network: Network, count: int) -> tuple[str, list[str]]:
    """An account and others, each following it and followed by it, oldest first."""
    owner = network.join("kim")
    others = [network.join(f"fan{n}") for n in range(count)]
    for other in others:
        network.follow(other, owner)
        network.follow(owner, other)
    return owner, others


def pages(network: Network, owner: str, direction: Direction, size: int) -> list[Page]:
    found = [network.source.page(owner, direction, cursor=None, size=size)]
    while found[-1].cursor is not None:
        assert len(found) < 50
        found.append(network.source.page(owner, direction, cursor=found[-1].cursor, size=size))
    return found


def ids(found: Sequence[Page]) -> list[str]:
    return [person.native_id for page in found for person in page.people]


@pytest.mark.parametrize("direction", BOTH)
@pytest.mark.parametrize("count", [0, 1, 6, 7])
def test_pages_are_newest_first_until_no_cursor(
    network: Network, direction: Direction, count: int
) -> None:
    owner, others = crowd(network, count)
    found = pages(network, owner, direction, 3)
    assert ids(found) == others[::-1]
    assert all(len(page.people) <= 3 for page in found)


def test_who_comes_during_a_sweep_shifts_no_page(network: Network) -> None:
    owner, others = crowd(network, 6)
    first = network.source.page(owner, Direction.FOLLOWERS, cursor=None, size=3)
    network.follow(network.join("late"), owner)
    second = network.source.page(owner, Direction.FOLLOWERS, cursor=first.cursor, size=3)
    assert ids([first, second]) == others[::-1]


def test_a_short_page_is_not_the_last(network: Network) -> None:
    owner, others = crowd(network, 7)
    for gone in others[3:6]:
        network.become(gone, "suspended")
    found = pages(network, owner, Direction.FOLLOWERS, 3)
    assert ids(found) == [others[6], *others[2::-1]]


def test_more_than_a_page_holds_may_be_asked_for(network: Network) -> None:
    owner, _ = crowd(network, 2)
    page = network.source.page(owner, Direction.FOLLOWERS, cursor=None, size=100_000)
    assert len(page.people) == 2
    assert len(network.source.page(owner, Direction.FOLLOWERS, cursor=None, size=0).people) == 1


@pytest.mark.parametrize("direction", BOTH)
def test_a_list_that_is_gone_says_why(network: Network, direction: Direction) -> None:
    for state, expected in network.states.items():
        owner = network.join(f"kim{state}")
        network.follow(owner, network.join(f"fan{state}"))
        network.follow(network.join(f"fans{state}"), owner)
        network.become(owner, state)
        with pytest.raises(failures.ListGoneError) as caught:
            network.source.page(owner, direction, cursor=None, size=3)
        assert caught.value.state == expected


def test_a_list_that_goes_during_a_sweep_does_not_end(network: Network) -> None:
    for state in network.states:
        owner = network.join(f"kim{state}")
        for n in range(3):
            network.follow(network.join(f"fan{n}{state}"), owner)
        first = network.source.page(owner, Direction.FOLLOWERS, cursor=None, size=2)
        network.become(owner, state)
        with pytest.raises(failures.ListGoneError):
            network.source.page(owner, Direction.FOLLOWERS, cursor=first.cursor, size=2)


def test_people_come_with_what_the_network_shows(network: Network) -> None:
    owner, (fan,) = crowd(network, 1)
    (person,) = network.source.page(owner, Direction.FOLLOWERS, cursor=None, size=3).people
    assert (person.native_id, person.handle) == (fan, network.handle(fan))
    assert person.created_at is not None
    assert person.created_at.tzinfo is not None


def test_limits_are_told_by_this_machines_clock(network: Network) -> None:
    owner, _ = crowd(network, 1)
    network.set_skew(timedelta(hours=5))
    first = network.source.page(owner, Direction.FOLLOWERS, cursor=None, size=3)
    second = network.source.page(owner, Direction.FOLLOWERS, cursor=None, size=3)
    assert first.limits.remaining == (second.limits.remaining or 0) + 1
    assert first.limits.reset_at is not None
    wait = first.limits.reset_at - network.clock()
    assert timedelta(0) < wait <= timedelta(seconds=901)
    assert first.answered_at == network.clock() + timedelta(hours=5)


def test_a_window_that_is_used_up_says_until_when(network: Network) -> None:
    owner, _ = crowd(network, 1)
    network.spend(left=0)
    with pytest.raises(failures.RateLimitedError) as caught:
        network.source.page(owner, Direction.FOLLOWERS, cursor=None, size=3)
    limits = caught.value.limits
    assert limits.remaining == 0
    assert limits.reset_at is not None
    assert limits.reset_at > network.clock()


def test_profiles_are_found_or_missing_with_the_reason(network: Network) -> None:
    owner, others = crowd(network, 3)
    wanted, reasons = [owner], {}
    for state, other in zip(network.states, others, strict=False):
        if state != "hidden":
            network.become(other, state)
            reasons[other] = network.states[state]
            wanted.append(other)
    found = network.source.profiles(wanted)
    (person,) = found.found
    assert (person.native_id, person.followers, person.following) == (owner, 3, 3)
    assert found.missing == reasons


def test_as_many_profiles_as_are_allowed_come_at_once(network: Network) -> None:
    _, others = crowd(network, network.source.largest_lookup)
    found = network.source.profiles(others)
    assert sorted(person.native_id for person in found.found) == sorted(others)
    assert len(network.source.profiles([]).found) == 0


def test_an_account_is_found_by_its_handle_in_any_case(network: Network) -> None:
    owner, _ = crowd(network, 0)
    for typed in (network.handle(owner), network.handle(owner).upper()):
        (person,) = network.source.find(typed).found
        assert person.native_id == owner


def test_a_handle_that_is_nobodys_is_missing(network: Network) -> None:
    gone = network.join("gone")
    network.become(gone, "deleted")
    for typed in (network.handle(gone), "nobody", "no body/../x?y#z"):
        found = network.source.find(typed)
        assert (tuple(found.found), found.missing) == ((), {typed: AccountState.DELETED})


def ask(network: Network) -> Page | Profiles:
    return network.source.page(network.join("kim"), Direction.FOLLOWERS, cursor=None, size=3)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, b"", failures.RateLimitedError),
        (429, HTML, failures.RateLimitedError),
        (500, b"", failures.NetworkDownError),
        (502, HTML, failures.NetworkDownError),
        (503, HTML, failures.NetworkDownError),
        (408, b"", failures.NetworkDownError),
        (307, b"", failures.NetworkDownError),
        (200, b"", failures.NetworkDownError),
        (200, HTML, failures.NetworkDownError),
        (200, b"null", failures.NetworkDownError),
        (200, b'{"data": 7}', failures.NetworkDownError),
        (200, b"[" * 100_000, failures.NetworkDownError),
        (403, b"{}", failures.NotAllowedError),
    ],
)
def test_every_failure_is_told_apart(
    network: Network, status: int, body: bytes, expected: type[Exception]
) -> None:
    network.fail(status, body)
    with pytest.raises(expected):
        ask(network)


def test_a_refusal_of_who_asks_is_one_of_its_settings_or_credential(network: Network) -> None:
    network.fail(401, b"{}")
    kind = failures.NotAllowedError if network.is_public else failures.CredentialDeadError
    with pytest.raises(kind):
        ask(network)


GARBAGE = st.binary(max_size=40) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("did:plc1 ", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "did", "acct", "followers", "data", "error", "errors", "cursor"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
).map(msgspec.json.encode)
WORDS = st.sampled_from(
    ["", "-1", "9" * 30, "soon", "1e9", "0", "Thu, 99 Foo 2026", "</x>; rel=next"]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "date",
            "link",
            "ratelimit-reset",
            "x-ratelimit-reset",
            "x-rate-limit-reset",
            "retry-after",
        ]
    ),
    WORDS,
    max_size=4,
)
STATUSES = st.sampled_from([200, 200, 200, 204, 301, 304, 400, 404, 410, 418, 429, 451, 500, 501])


@pytest.mark.parametrize("name", list(NETWORKS))
def test_garbage_raises_known_failures_and_nothing_else(name: str) -> None:
    with NETWORKS[name]() as network:
        owner = network.join("kim")

        @settings(max_examples=60, suppress_health_check=list(HealthCheck))
        @given(STATUSES, GARBAGE, HEADERS, st.integers(0, 2))
        def check(status: int, body: bytes, headers: dict[str, str], question: int) -> None:
            network.fail(status, body, headers)
            try:
                if question == 0:
                    network.source.page(owner, Direction.FOLLOWERS, cursor="17", size=3)
                elif question == 1:
                    network.source.profiles([owner])
                else:
                    network.source.find(network.handle(owner))
            except KNOWN as failure:
                limits = getattr(failure, "limits", None)
                if limits is not None and limits.reset_at is not None:
                    assert abs(limits.reset_at - network.clock()) <= timedelta(days=1)

        check()
