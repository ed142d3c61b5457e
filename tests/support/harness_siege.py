"""A siege: events stream in while workers, web, relay and Redis are killed, emptied and frozen."""

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import redis as redis_py

from tests.services.redis import RedisServer
from tests.support.harness import Installation
from tests.support.harness_oracle import Findings, examine, open_deliveries, reading
from tests.support.harness_processes import Running, until, wait
from tests.support.harness_senders import Fleet, comment

AT_WORK = (0.02, 0.4)
"""Seconds between the next burst of events and the next blow: it falls while they are worked."""


class Siege(NamedTuple):
    """How much of what; `frozen` is how long Redis is frozen, in seconds; `seed` orders the blows."""

    events: int
    worker_kills: int
    front_kills: int
    frozen: float
    drained_within: float
    seed: int = 1


SMALL = Siege(1500, worker_kills=10, front_kills=4, frozen=4, drained_within=60)
WHOLE = Siege(10_000, worker_kills=30, front_kills=10, frozen=20, drained_within=240)


class Report(NamedTuple):
    """What the senders saw and what the oracle found."""

    fleet: Fleet
    findings: Findings
    blows: Sequence[str]

    def text(self) -> str:
        """For people."""
        return "\n".join(
            [
                self.findings.table(),
                f"answered 200 (repeat)  {len(self.fleet.repeated)}",
                f"tries of senders       {dict(self.fleet.tries)}",
                f"blows                  {' '.join(self.blows)}",
            ]
        )


class Camp:
    """The processes under siege. Each method is a blow, and puts back what it struck down."""

    def __init__(self, installation: Installation, redis: RedisServer) -> None:
        self._installation, self._redis = installation, redis
        self._at = {name: installation.start(name) for name in ("web", "relay", "worker")}

    def kill(self, process: str) -> None:
        """SIGKILL, and a new one."""
        self._at[process].kill()
        self._at[process] = self._installation.start(process)

    def kill_redis(self) -> None:
        """SIGKILL; a second later it starts again on what was on disk."""
        self._redis.kill()
        wait(1.0)
        self._redis.restart()

    def empty_redis(self) -> None:
        """FLUSHALL."""
        with redis_py.Redis.from_url(self._redis.url) as client:
            client.flushall()

    def freeze_redis(self, seconds: float) -> None:
        """Connections stay open and nothing answers."""
        self._redis.freeze()
        wait(seconds)
        self._redis.thaw()

    @property
    def processes(self) -> Sequence[Running]:
        """Those that run now."""
        return list(self._at.values())


def besiege(
    installation: Installation, redis: RedisServer, siege: Siege, database_url: str | None = None
) -> Report:
    """Send, strike, send again until all is struck; then wait until all is worked, and count."""
    camp = Camp(installation, redis)
    messages = [comment(number) for number in range(siege.events)]
    fleet = Fleet(installation.port, messages, within=siege.drained_within * 2)
    blows = plan(camp, siege)
    dice = random.Random(siege.seed)  # noqa: S311 - a repeatable order, no secret
    fleet.start()
    for _, strike in blows:
        fleet.release(siege.events // (len(blows) + 1))
        wait(dice.uniform(*AT_WORK))
        strike()
    fleet.join()
    with reading(installation.place.folder, database_url) as ask:
        until(
            lambda: not open_deliveries(ask),
            within=siege.drained_within,
            what=f"drained:\n{[each.said(1500) for each in camp.processes]}",
            every=0.1,
        )
        sent = [message.id for message in messages]
        findings = examine(ask, acknowledged=fleet.acknowledged, sent=sent)
    return Report(fleet, findings, [name for name, _ in blows])


def plan(camp: Camp, siege: Siege) -> list[tuple[str, Callable[[], None]]]:
    """Every blow with its name, in an order that the seed decides."""
    fronts = ["web", "relay"] * siege.front_kills
    killed = ["worker"] * siege.worker_kills + fronts[: siege.front_kills]
    blows: list[tuple[str, Callable[[], None]]] = [
        (name, partial(camp.kill, name)) for name in killed
    ]
    blows += [
        ("REDIS-KILLED", camp.kill_redis),
        ("REDIS-EMPTIED", camp.empty_redis),
        ("REDIS-FROZEN", partial(camp.freeze_redis, siege.frozen)),
    ]
    random.Random(siege.seed).shuffle(blows)  # noqa: S311 - a repeatable order, no secret
    return blows
