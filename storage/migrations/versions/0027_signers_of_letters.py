"""The director may name who signs a letter, and where.

Revision ID: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("signer", sa.JSON(), nullable=True))
    op.add_column("applications", sa.Column("place", sa.String(), nullable=False, server_default=""))
    op.add_column("officers", sa.Column("letter_signer", sa.JSON(), nullable=True))
