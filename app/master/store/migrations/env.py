"""Alembic runs this file to apply the steps; the connection comes from the caller."""

from alembic import context

from app.master.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
