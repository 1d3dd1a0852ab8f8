"""What the desk asks of deliveries: the newest notice to a person, and what did not arrive.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNDELIVERED = sa.text("(gave_up_at IS NOT NULL OR progress = 'failed')")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_notices",
        "outbox",
        ["address_id", "message_id"],
        sqlite_where=sa.text("bulk = 1"),
        postgresql_where=sa.text("bulk"),
    )
    op.create_index("ix_outbox_undelivered", "outbox", ["id"], sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED)
