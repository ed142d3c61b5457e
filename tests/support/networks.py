"""Simulated networks behind their real gateways, each in the same terms, for one contract."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from typing import Protocol

from pipeline.domain.graph.port import FollowSource
from pipeline.ingest.graph.bluesky import BlueskySource
from pipeline.ingest.graph.mastodon import MastodonSource
from tests.simulators.bluesky import Bluesky
from tests.simulators.mastodon import Mastodon
from tests.simulators.social import Fault, Social
from tests.support.clock import FakeClock
from tests.support.loopback import serving


class Network(Protocol):
    """What a contract needs of a network."""

    source: FollowSource
    clock: FakeClock
    """Of the machine that asks."""
    states: Mapping[str, str]
    """How a list's owner can be gone, and the AccountState that the gateway must tell."""
    is_public: bool
    """Whether no credential is needed: then 401 is no matter of one."""

    def join(self, name: str) -> str:
        """A new account; its native id."""
        ...

    def handle(self, native_id: str) -> str: ...

    def follow(self, who: str, whom: str) -> None: ...

    def become(self, native_id: str, state: str) -> None:
        """Change an account's state to one of `states`."""
        ...

    def fail(self, status: int, body: bytes = b"", headers: Mapping[str, str] = {}) -> None:
        """Answer the next request, once, with this."""
        ...

    def spend(self, left: int) -> None:
        """Leave so many requests in the window."""
        ...

    def set_skew(self, skew: timedelta) -> None:
        """By how much the network's clock is ahead."""
        ...


class Simulated:
    """A `Network` on a Social."""

    is_public = True

    def __init__(self, social: Social, source: FollowSource, domain: str) -> None:
        self.source = source
        self.social = social
        self.clock = social.clock
        self.states = {"suspended": "suspended", "deleted": "deleted"}
        self.states |= {"deactivated": "deleted"} if domain else {"hidden": "protected"}
        self._domain = domain

    def join(self, name: str) -> str:
        return self.social.join(name + self._domain)

    def handle(self, native_id: str) -> str:
        return self.social.members[native_id].handle

    def follow(self, who: str, whom: str) -> None:
        self.social.follow(who, whom)

    def become(self, native_id: str, state: str) -> None:
        member = self.social.members[native_id]
        if state == "hidden":
            member.hidden = True
        else:
            member.state = state

    def fail(self, status: int, body: bytes = b"", headers: Mapping[str, str] = {}) -> None:
        self.social.faults.append(Fault(status, body, headers))

    def spend(self, left: int) -> None:
        self.social.quota = left

    def set_skew(self, skew: timedelta) -> None:
        self.social.skew = skew


@contextmanager
def bluesky() -> Iterator[Simulated]:
    app = Bluesky()
    with serving(app) as url, closing(BlueskySource(app.clock, base_url=url)) as source:
        yield Simulated(app, source, ".bsky.example")


@contextmanager
def mastodon() -> Iterator[Simulated]:
    app = Mastodon()
    with (
        serving(app) as url,
        closing(MastodonSource("social.example", app.clock, base_url=url)) as source,
    ):
        yield Simulated(app, source, "")


@contextmanager
def old_mastodon() -> Iterator[Simulated]:
    """One without the bulk lookup."""
    with mastodon() as network:
        network.social.has_bulk = False  # type: ignore[attr-defined] # it is a Mastodon
        yield network


NETWORKS: Mapping[str, Callable[[], AbstractContextManager[Network]]] = {
    "bluesky": bluesky,
    "mastodon": mastodon,
    "mastodon-4.2": old_mastodon,
}
"""Every network the contract runs on."""
