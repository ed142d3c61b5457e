"""Which function works which handler: the other half of `pipeline.domain.routes`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pipeline.bootstrap import Container
from pipeline.ingest.work import Work
from pipeline.tasks import comments, control, follows, graph, index, posts

HANDLERS: Mapping[str, Callable[[Container, Work], None]] = MappingProxyType(
    {
        "comments.moderate": comments.moderate,
        "comments.remove": comments.remove,
        "posts.store": posts.store,
        "posts.drop": posts.drop,
        "posts.turn": posts.turn,
        "posts.sync": posts.sync,
        "posts.poll": posts.poll,
        "index.put": index.follow,
        "index.drop": index.follow,
        "index.rebuild": index.rebuild,
        "index.reconcile": index.reconcile,
        "graph.observe": follows.observe,
        "graph.comply": follows.comply,
        "graph.fetch": graph.fetch,
        "graph.wake": graph.wake,
        "graph.plan": graph.plan,
        "control.sweep": control.sweep,
        "control.prune": control.prune,
        "control.retain": control.retain,
    }
)
