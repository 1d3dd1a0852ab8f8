"""The entry point of Alembic. `storage.migrate` opens the connection."""

from alembic import context

from storage.migrate import connection_of
from storage.tables import Base

context.configure(
    connection=connection_of(context.config), target_metadata=Base.metadata, render_as_batch=True, compare_type=True
)
context.run_migrations()
