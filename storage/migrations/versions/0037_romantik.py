"""Applications know their number in Romantik.

Revision ID: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("romantik_number", sa.String(60), nullable=False, server_default=""))
