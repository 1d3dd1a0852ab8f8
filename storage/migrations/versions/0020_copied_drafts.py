"""A draft may begin with the answers of an earlier application, and keeps which of them its person has to confirm.

Revision ID: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("copied_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.add_column("drafts", sa.Column("unconfirmed", sa.JSON(), nullable=False, server_default="[]"))
