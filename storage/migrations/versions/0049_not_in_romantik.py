"""The list of accepted applications that are still to be brought into Romantik.

Revision ID: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("verdict = 'layak' AND issued_at IS NOT NULL AND romantik_number = ''")
    name = "ix_applications_not_in_romantik"
    op.create_index(name, "applications", ["id"], sqlite_where=where, postgresql_where=where)
