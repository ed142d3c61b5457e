"""What every process of the set needs, done once before they are forked and so shared by them.

A page that a child writes to becomes its own. Python writes a lot: a module imported after the fork
costs each child its memory, and work done for the first time touches thousands of objects' reference
counts. So the parent imports what libraries import late, and fills every cache that holds nothing of
one process.
"""

from importlib import import_module

from pipeline.api.health import check_migrations
from pipeline.api.pages import compile_templates
from pipeline.api.version import app_version
from pipeline.bootstrap import build
from pipeline.broker import CeleryPublisher, make_celery
from pipeline.domain.duties import Due
from pipeline.domain.routes import QUEUES
from pipeline.ingest.comments.trial import Trial, try_rules
from pipeline.logs import configure
from pipeline.settings import Settings
from pipeline.store.database import Database

LATE_IMPORTS = (
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "billiard.pool",
    "celery.apps.worker",
    "celery.concurrency.thread",
    "celery.fixups.django",
    "celery.loaders.app",
    "celery.utils.static",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.control",
    "celery.worker.loops",
    "celery.worker.strategy",
    "importlib.resources.readers",
    "kombu.transport.redis",
    "pipeline.tasks.consumer",
    "tornado.platform.asyncio",
    "uvicorn.lifespan.off",
    "uvicorn.loops.uvloop",
)


def rehearse(settings: Settings, database: Database) -> None:
    """Import and fill what can be shared. Leaves `database`, at head, closed for the children.

    Raises SettingsError, StartError.
    """
    for name in LATE_IMPORTS:
        import_module(name)
    configure(process="up", format_=settings.log_format, level=settings.log_level)
    compile_templates()
    app_version()
    database.prepare()
    container = build(settings, database=database)
    for source in list(settings.sources)[:1]:
        with database.read() as db:
            trial = Trial("It loads the word lists.", "Afterword")
            try_rules(db, container.moderator, trial, source=source, event_id=container.ids.next())
    check_migrations(database)
    database.close()
    publisher = CeleryPublisher(make_celery("memory://"))
    publisher.publish(QUEUES[0], [Due(0, "rehearsal", 0)])
    publisher.close()
