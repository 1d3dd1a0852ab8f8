"""Leases of pending messages, so that another process takes those of one that has died.

Revision ID: 0059
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("inbox", sa.Column("lease_until", sa.DateTime() if is_sqlite else sa.DateTime(timezone=True)))
