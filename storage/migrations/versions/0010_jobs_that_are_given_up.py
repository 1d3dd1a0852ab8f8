"""A job that fails again and again is given up, and waits for `pst-bot jobs retry`.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("gave_up_at", Moment(), nullable=True))
