"""The satisfaction survey after a consultation.

Revision ID: 0053
"""

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE satisfaction_surveys ADD COLUMN consultation_id {number} REFERENCES consultations (id)")
    op.create_index("ix_satisfaction_surveys_consultation_id", "satisfaction_surveys", ["consultation_id"], unique=True)
