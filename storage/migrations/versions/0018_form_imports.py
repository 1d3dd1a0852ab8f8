"""Filled files of a draft that came back, until their person decides about the answers.

Revision ID: 0018
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "form_imports",
        sa.Column("draft_id", Number, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_form_imports_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_form_imports")),
    )
