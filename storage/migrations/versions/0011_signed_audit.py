"""Lines of the audit are signed, and have a position among all lines, for the anchor outside the database.

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The lines that are there keep their hashes without a key: version 1."""
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE audit ADD COLUMN version {number} NOT NULL DEFAULT 1")
    op.execute(f"ALTER TABLE audit ADD COLUMN position {number}")
    op.create_index("uq_audit_position", "audit", ["position"], unique=True)
    op.execute("CREATE INDEX ix_audit_unanchored ON audit (at) WHERE position IS NULL")
