"""A mail with a code also has a link; the code knows its mail, so that a refusal is told where the code was asked for.

Revision ID: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute("ALTER TABLE email_codes ADD COLUMN token VARCHAR(64) NOT NULL DEFAULT ''")
    op.execute(f"ALTER TABLE email_codes ADD COLUMN message_id {number}")
    op.create_index("ix_email_codes_message_id", "email_codes", ["message_id"])
