"""The signals that come with the package, in the order a verdict lists them.

A site's trained model joins by being one more `Signal` in the tuple that `judge` is given.
"""

from pipeline.domain.moderation.signal import Signal
from pipeline.domain.moderation.signals.appeals import APPEALS
from pipeline.domain.moderation.signals.author import AUTHOR
from pipeline.domain.moderation.signals.form import FORM
from pipeline.domain.moderation.signals.links import LINKS
from pipeline.domain.moderation.signals.phrases import PHRASES
from pipeline.domain.moderation.signals.scripts import SCRIPTS
from pipeline.domain.moderation.signals.shape import SHAPE
from pipeline.domain.moderation.signals.traffic import TRAFFIC

SIGNALS: tuple[Signal, ...] = (
    *LINKS,
    *PHRASES,
    *APPEALS,
    *SCRIPTS,
    *SHAPE,
    *TRAFFIC,
    *AUTHOR,
    *FORM,
)
