"""When the data of a person were deleted, when a case ended, and when its documents were deleted.

Revision ID: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_LEFT = sa.text("ended_at IS NOT NULL AND documents_deleted_at IS NULL")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("people", sa.Column("erased_at", moment, nullable=True))
    for name in ("ended_at", "documents_deleted_at"):
        op.add_column("applications", sa.Column(name, moment, nullable=True))
    op.execute(
        'UPDATE applications SET ended_at = COALESCE(withdrawn_at, (SELECT MAX(at) FROM audit WHERE audit."case" = '
        "'application/' || applications.id AND act IN ('close', 'expire', 'withdraw')), issued_at, returned_at, "
        "submitted_at) WHERE status IN ('closed', 'withdrawn', 'expired')"
    )
    op.create_index(
        "ix_applications_documents", "applications", ["ended_at"], sqlite_where=_LEFT, postgresql_where=_LEFT
    )
