"""Reports know the channel of an application and where a form was left; the days of cases are found by index.

Revision ID: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("channel", sa.String(20), nullable=False, server_default=""))
    op.add_column("drafts", sa.Column("last_question", sa.String(60), nullable=False, server_default=""))
    for name in ("submitted_at", "decided_at", "issued_at"):
        op.create_index(f"ix_applications_{name}", "applications", [name])
