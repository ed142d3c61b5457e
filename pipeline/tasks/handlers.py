"""Which function works which handler: the other half of `pipeline.domain.routes`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pipeline.bootstrap import Container
from pipeline.ingest.work import Work
from pipeline.tasks import comments, control

HANDLERS: Mapping[str, Callable[[Container, Work], None]] = MappingProxyType(
    {
        "comments.moderate": comments.moderate,
        "comments.remove": comments.remove,
        "control.sweep": control.sweep,
        "control.prune": control.prune,
        "control.retain": control.retain,
    }
)
