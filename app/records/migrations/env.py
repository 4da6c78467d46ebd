"""Alembic's entry: migrates the database of the connection it is given (app.records.migrating), or prints SQL."""

from __future__ import annotations

from alembic import context

from app.records.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    compare_type=True,
    user_module_prefix="database.",
)
with context.begin_transaction():
    context.run_migrations()
