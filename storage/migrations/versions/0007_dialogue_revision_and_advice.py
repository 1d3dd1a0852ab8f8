"""A dialogue needs no revision, because its row is locked; what an applicant should note is called advice.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("dialogues", "revision")
    op.execute("ALTER TABLE applications RENAME COLUMN heed TO advice")
