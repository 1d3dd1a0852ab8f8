"""An officer proposes a value with a remark; the applicant takes it with one tap.

Revision ID: 0045
"""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE remarks ADD COLUMN proposal JSON NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE drafts ADD COLUMN proposals JSON NOT NULL DEFAULT '{}'")
