"""Redis: reachable, new enough, and told never to drop a message."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pipeline.ingest.doctor.check import Check, fail, ok, warn

OLDEST = (6, 2)
"""Celery 5.7's minimum (docs.celeryq.dev, Redis transport)."""

_ANSWER_WITHIN = 2.0


def check_redis(url: str, *, embedded: bool) -> list[Check]:
    """Ask the server at a kombu URL about itself. `embedded`: `afterword up` runs it."""
    try:
        info = _info(url)
    except ValueError as error:
        return [fail("redis", str(error), "mend AFTERWORD_REDIS_URL: redis://HOST:PORT/0")]
    except redis.RedisError as error:
        if embedded:
            return [warn("redis", "does not run", "`afterword up` starts it")]
        return [fail("redis", str(error), "start it, or mend AFTERWORD_REDIS_URL")]
    return [check_release(info), check_eviction(info), check_persistence(info)]


def answers(url: str) -> bool:
    """Whether a Redis answers at a kombu URL, asked once."""
    try:
        _info(url)
    except (ValueError, redis.RedisError):
        return False
    return True


def redis_py_url(url: str) -> str:
    """kombu's URL as redis-py wants it: the two spell a socket's path differently."""
    parts = urlsplit(url)
    if parts.scheme != "redis+socket":
        return url
    number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"unix://{parts.path}?db={number}"


def check_release(info: Mapping[str, Any]) -> Check:
    """Whether the version will do. Valkey names the Redis it is compatible with."""
    version = str(info.get("redis_version", "0"))
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal())
    if numbers >= OLDEST:
        return ok("redis", f"version {version}")
    wanted = ".".join(map(str, OLDEST))
    return fail("redis", f"version {version} is too old", f"use Redis {wanted} or newer, or Valkey")


def check_eviction(info: Mapping[str, Any]) -> Check:
    """Whether a full Redis refuses, instead of dropping messages."""
    policy = str(info.get("maxmemory_policy", "unknown"))
    if policy == "noeviction":
        return ok("redis eviction", policy)
    return fail(
        "redis eviction",
        f"maxmemory-policy is {policy}: a full Redis drops messages without a word",
        "set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf)",
    )


def check_persistence(info: Mapping[str, Any]) -> Check:
    """Whether Redis comes back with its queues."""
    if info.get("aof_enabled"):
        return ok("redis persistence", "AOF is on")
    return warn(
        "redis persistence",
        "AOF is off: after a restart, work waits until its lease runs out",
        "set appendonly yes; nothing is lost without it, only late",
    )


def _info(url: str) -> Mapping[str, Any]:
    client = redis.Redis.from_url(
        redis_py_url(url),
        protocol=2,  # HELLO is unknown before Redis 6: it would hide how old the server is
        socket_timeout=_ANSWER_WITHIN,
        socket_connect_timeout=_ANSWER_WITHIN,
        retry=Retry(NoBackoff(), 0),
    )
    with closing(client):
        found: Mapping[str, Any] = client.info()
    return found
