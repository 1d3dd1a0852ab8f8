"""The officer may name the recipient of a letter, and who gets a copy.

Revision ID: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("recipient", sa.String(), nullable=False, server_default=""))
    op.add_column("applications", sa.Column("recipient_place", sa.String(), nullable=False, server_default=""))
    op.add_column("applications", sa.Column("copies", sa.JSON(), nullable=True))
