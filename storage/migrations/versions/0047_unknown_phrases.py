"""Phrases that were not understood.

Revision ID: 0047
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unknown_phrases",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
    )
    op.create_index("ix_unknown_phrases_last_at", "unknown_phrases", ["last_at"])
