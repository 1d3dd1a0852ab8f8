"""The hash of a letter that waits for its signature: an older drawing with the same number is not that letter.

Revision ID: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("drawn_sha256", sa.String(64), nullable=False, server_default=""))
