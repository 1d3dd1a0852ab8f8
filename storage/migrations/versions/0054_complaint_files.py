"""Files that come with a complaint.

Revision ID: 0054
"""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE complaint_entries ADD COLUMN file_id {number}")
    op.execute(f"ALTER TABLE files ADD COLUMN complaint_id {number} REFERENCES complaints (id)")
