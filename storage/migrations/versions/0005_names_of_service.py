"""Tables of the service get the names that the code uses.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("join_tries", "code_attempts")
    op.execute("ALTER TABLE code_attempts RENAME COLUMN tries TO count")
