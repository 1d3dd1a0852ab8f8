"""The trace id of what waits: of messages on their way out, and of jobs.

Revision ID: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("outbox", "jobs"):
        op.add_column(table, sa.Column("trace_id", sa.String(16), nullable=False, server_default=""))
