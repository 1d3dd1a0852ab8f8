"""Forms that nobody sends are found by the day of their last change.

Revision ID: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unsent = sa.text("state IN ('open', 'locked', 'set_aside')")
    op.create_index("ix_drafts_unsent", "drafts", ["updated_at", "id"], sqlite_where=unsent, postgresql_where=unsent)
