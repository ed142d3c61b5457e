"""Runs migrations on the connection that `pipeline.store.schema` opened."""

from alembic import context

from pipeline.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite can't alter most things in place
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
