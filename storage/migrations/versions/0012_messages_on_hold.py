"""A message can wait for the person without a template, and a notice names its application.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ON_HOLD = sa.text("hold IS NOT NULL AND sent_at IS NULL AND gave_up_at IS NULL")


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute("ALTER TABLE outbox ADD COLUMN hold VARCHAR(10)")
    op.execute(f"ALTER TABLE outbox ADD COLUMN application_id {number} REFERENCES applications (id)")
    op.execute(
        "UPDATE outbox SET hold = 'held' WHERE template_sent_at IS NOT NULL AND sent_at IS NULL AND gave_up_at IS NULL"
    )
    op.drop_index("ix_outbox_template_sent", "outbox")
    op.create_index("ix_outbox_on_hold", "outbox", ["address_id"], sqlite_where=_ON_HOLD, postgresql_where=_ON_HOLD)
