"""The letterhead of an agency is remembered beside who signs its cover letters.

Revision ID: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cover_letter_signers", sa.Column("letterhead", sa.String(), nullable=True))
