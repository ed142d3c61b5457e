"""The X Activity API: subscriptions, and the events that follow and unfollow make (facts 1.6)."""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import orjson

from tests.simulators.x import problems
from tests.simulators.x.asking import Asking, checked_id, whole
from tests.simulators.x.kinds import Event, Kind
from tests.simulators.x.people import Seen, user
from tests.simulators.x.times import iso
from tests.simulators.x.wire import Answer, Feed, ProblemError
from tests.simulators.x.world import World

MOST = 1500
_TYPES = {Kind.FOLLOW: "follow.follow", Kind.UNFOLLOW: "follow.unfollow"}
_BACKFILL = 5
_KEPT = 10_000
_EPOCH_MS = 1_288_834_974_657


class Filter(msgspec.Struct, omit_defaults=True):
    """Whose events, and which way: `inbound` to the user, `outbound` by it."""

    user_id: str
    direction: str = ""


class Wanted(msgspec.Struct):
    """What a subscription asks for."""

    event_type: str
    filter: Filter
    tag: str = ""
    webhook_id: str = ""


class Subscription(NamedTuple):
    """One subscription of an app."""

    id: str
    app: str
    wanted: Wanted
    created: float

    def shown(self) -> dict[str, Any]:
        """As X shows it."""
        given = {"tag": self.wanted.tag, "webhook_id": self.wanted.webhook_id}
        return {
            "subscription_id": self.id,
            "event_type": self.wanted.event_type,
            "filter": msgspec.to_builtins(self.wanted.filter),
            "created_at": iso(self.created),
            "updated_at": iso(self.created),
            **{name: value for name, value in given.items() if value},
        }

    def wants(self, event: Event) -> bool:
        """Whether the event is one of these."""
        whose = self.wanted.filter.user_id
        sides = {"inbound": [event.target], "outbound": [event.source]}
        both = [event.source, event.target]
        return _TYPES.get(event.kind) == self.wanted.event_type and whose in sides.get(
            self.wanted.filter.direction, both
        )


class Activity:
    """Subscriptions and the events they get. `deliver` says how often an event goes out (faults)."""

    def __init__(self, world: World, deliver: Callable[[str, str], int]) -> None:
        self.outbox: deque[tuple[str, bytes]] = deque()
        """Events for webhooks: webhook and body."""
        self._world = world
        self._deliver = deliver
        self._subscriptions: dict[str, Subscription] = {}
        self._feeds: list[Feed] = []
        self._recent: deque[tuple[float, str, bytes]] = deque(maxlen=_KEPT)
        self._made = 0
        world.heard.append(self.hear)

    def subscribe(self, asking: Asking) -> Answer:
        """POST: a new subscription."""
        try:
            wanted = msgspec.json.decode(asking.request.body, type=Wanted)
        except msgspec.DecodeError as error:
            return problems.invalid("body", "", str(error))
        checked_id("user_id", wanted.filter.user_id)
        mine = [each for each in self._subscriptions.values() if each.app == asking.caller.app.name]
        if wanted.event_type not in _TYPES.values() or len(mine) >= MOST:
            message = "No such event type" if len(mine) < MOST else "Too many subscriptions"
            return problems.invalid("event_type", wanted.event_type, message)
        new = Subscription(self._number(asking.now), asking.caller.app.name, wanted, asking.now)
        self._subscriptions[new.id] = new
        return Answer(200, {"data": {"subscription": new.shown()}})

    def listed(self, asking: Asking) -> Answer:
        """GET: the app's subscriptions."""
        mine = self._subscriptions.values()
        return Answer(
            200, {"data": [each.shown() for each in mine if each.app == asking.caller.app.name]}
        )

    def unsubscribe(self, asking: Asking, subscription_id: str) -> Answer:
        """DELETE: one of the app's subscriptions."""
        known = self._subscriptions.get(subscription_id)
        if known is None or known.app != asking.caller.app.name:
            raise ProblemError(problems.invalid("subscription_id", subscription_id, "Not found"))
        del self._subscriptions[subscription_id]
        return Answer(200, {"data": {"deleted": True}})

    def stream(self, asking: Asking) -> Answer:
        """GET: events as they come, those of the last minutes first if asked for."""
        if asking.caller.user:
            return problems.forbidden("The stream is read with the app's own token.")
        asking.only({"backfill_minutes", "start_time", "end_time"})
        since = asking.now - 60 * whole(asking, "backfill_minutes", 0, 0, _BACKFILL)
        feed = Feed(asking.caller.app.name)
        late = (body for at, app, body in self._recent if app == feed.app and since <= at)
        feed.lines.extend(late if since < asking.now else ())
        self._feeds.append(feed)
        return Answer(200, feed=feed)

    def leave(self, feed: Feed) -> None:
        """Nobody reads this one any more."""
        self._feeds.remove(feed)

    def hear(self, event: Event) -> None:
        """Tell those who subscribed. An event is numbered anew for each subscription."""
        for each in list(self._subscriptions.values()):
            if each.wants(event):
                number = self._number(event.at)
                body = orjson.dumps(self._told(each, event, number))
                for _ in range(self._deliver(each.app, number)):
                    self._send(each, event.at, body)

    def _send(self, to: Subscription, at: float, body: bytes) -> None:
        if to.wanted.webhook_id:
            self.outbox.append((to.wanted.webhook_id, body))
            return
        self._recent.append((at, to.app, body))
        for feed in self._feeds:
            if feed.app == to.app:
                feed.lines.append(body)

    def _told(self, to: Subscription, event: Event, number: str) -> dict[str, Any]:
        nodes = (self._world.graph.node_of(each) for each in (event.source, event.target))
        seen = Seen(("created_at", "protected", "public_metrics"))
        source, target = (user(self._world, node, seen) for node in nodes)
        data = {
            "event_uuid": number,
            "filter": msgspec.to_builtins(to.wanted.filter),
            "event_type": to.wanted.event_type,
            "payload": {"source": source, "target": target},
        }
        return {"data": data | ({"tag": to.wanted.tag} if to.wanted.tag else {})}

    def _number(self, at: float) -> str:
        self._made += 1
        return str((int(at * 1000) - _EPOCH_MS << 22) + self._made % (1 << 22))
