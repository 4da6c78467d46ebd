"""Alembic's entry: migrates the database of the connection it is given (app.records.migrating), or prints SQL."""

from __future__ import annotations

from alembic import context

from app.records.schema import metadata
from app.records.searching import WORDS

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    compare_type=True,
    user_module_prefix="database.",
    # the index of words is no table of ours: each database has its own kind
    include_name=lambda name, kind, _parents: kind != "table" or not str(name).startswith(WORDS),
)
with context.begin_transaction():
    context.run_migrations()
