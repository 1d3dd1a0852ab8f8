"""A dialogue keeps the texts that its person writes and has not sent yet.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dialogues", sa.Column("unsent", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("dialogues") as dialogues:
        dialogues.alter_column("unsent", server_default=None)
