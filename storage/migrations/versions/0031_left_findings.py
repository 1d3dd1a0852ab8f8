"""What applicants leave as it is, although the examiner will probably ask about it.

Revision ID: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("left_findings", sa.JSON(), nullable=False, server_default="{}"))
