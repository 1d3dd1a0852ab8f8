"""An index of the ids of notices: a look for new ones reads none of the replies after the last notice.

Revision ID: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_outbox_notice_ids", "outbox", ["id"], sqlite_where=sa.text("bulk = 1"), postgresql_where=sa.text("bulk")
    )
