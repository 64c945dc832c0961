"""Alembic's entry: runs the steps on the connection that ``jam.store.schema`` hands over."""

from alembic import context
from sqlmodel import SQLModel

import jam.store.tables
import jam.store.theme_tables  # noqa: F401  (both fill the metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
