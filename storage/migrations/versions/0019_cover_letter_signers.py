"""Who signs the cover letter is remembered for a person and an institution.

Revision ID: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cover_letter_signers",
        sa.Column("person_id", Number, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("institution", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("nip", sa.String(18), nullable=False),
    )
