"""The database's schema: where it is, where it should be, how it gets there."""

from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from pipeline.store import comment_tables, graph_tables, network_tables, post_tables
from pipeline.store.tables import metadata

HEAD = "0003"
"""The revision this version of Afterword works with."""

_LOCK = 4_713_001
__all__ = [
    "HEAD",
    "comment_tables",
    "current",
    "graph_tables",
    "metadata",
    "network_tables",
    "post_tables",
    "upgrade",
]


def current(db: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(db: Connection) -> None:
    """Migrate to head inside the caller's transaction. Two at once wait for each other."""
    # Imported here: migrations run once per start, and the library weighs 6 MB in every process.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = db
    command.upgrade(config, "head")
