"""Applications know how many working days were promised, and how many their verdict took.

Revision ID: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for name in ("promised_days", "days_total", "days_with_applicant"):
        op.add_column("applications", sa.Column(name, number, nullable=True))
