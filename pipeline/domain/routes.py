"""Which handlers an event goes to, and on which queue: the spec, readable as a table.

A handler's name is its Celery task's name, noun.verb; the queue is the noun.
"""

from typing import NamedTuple

from pipeline.domain import events


class Route(NamedTuple):
    """One handler's duty for a type of event."""

    handler: str
    queue: str


_MODERATE = Route("comments.moderate", "comments")
_REMOVE = Route("comments.remove", "comments")
_STORE = Route("posts.store", "posts")
_DROP = Route("posts.drop", "posts")
_TURN = Route("posts.turn", "posts")
_SYNC = Route("posts.sync", "posts")
_POLL = Route("posts.poll", "posts")
FOLLOW = Route("index.put", "index")
_UNPUT = Route("index.drop", "index")
_REBUILD = Route("index.rebuild", "index")
_RECONCILE = Route("index.reconcile", "index")
_OBSERVE = Route("graph.observe", "graph")
_COMPLY = Route("graph.comply", "graph")
_FETCH = Route("graph.fetch", "graph")
_WAKE = Route("graph.wake", "graph")
_PLAN = Route("graph.plan", "graph")
_TICK_SWEEP = Route("control.sweep", "control")
_TICK_PRUNE = Route("control.prune", "control")
_TICK_RETAIN = Route("control.retain", "control")

ROUTES: dict[str, tuple[Route, ...]] = {
    events.COMMENT_POSTED: (_MODERATE,),
    events.COMMENT_EDITED: (_MODERATE,),
    events.COMMENT_REMOVED: (_REMOVE,),
    events.POST_PUBLISHED: (_STORE,),
    events.POST_REMOVED: (_DROP,),
    events.POST_DUE: (_TURN,),
    events.SITE_DEPLOYED: (_SYNC,),
    events.POST_STORED: (FOLLOW,),
    events.POST_DROPPED: (_UNPUT,),
    events.INDEX_REBUILD: (_REBUILD,),
    events.FOLLOW_ADDED: (_OBSERVE,),
    events.FOLLOW_REMOVED: (_OBSERVE,),
    events.GRAPH_PAGE_DUE: (_FETCH,),
    events.GRAPH_WAKE: (_WAKE,),
    "tick.graph": (_PLAN,),
    "tick.poll": (_POLL,),
    "tick.reconcile": (_RECONCILE,),
    "tick.sweep": (_TICK_SWEEP,),
    "tick.prune": (_TICK_PRUNE,),
    "tick.retain": (_TICK_RETAIN,),
    "tick.comply": (_COMPLY,),
}

QUEUES: tuple[str, ...] = ("comments", "posts", "index", "graph", "control")
"""Every queue, in the order a worker declares them."""

ATTEMPTS: dict[str, int] = {
    # An engine may be away for a day, and what it refuses for good is dead at once anyway.
    "index.put": 48,
    "index.drop": 48,
    "index.rebuild": 48,
    "posts.sync": 24,
}
"""Attempts a handler gets before its delivery is dead, where it differs from DEFAULT_ATTEMPTS."""

DEFAULT_ATTEMPTS = 8


def routes_for(type_: str) -> tuple[Route, ...]:
    """The handlers of a type, none for a type nobody handles."""
    return ROUTES.get(type_, ())


def attempts_for(handler: str) -> int:
    """How often a delivery is tried before it is dead."""
    return ATTEMPTS.get(handler, DEFAULT_ATTEMPTS)
