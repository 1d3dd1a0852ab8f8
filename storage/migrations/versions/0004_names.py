"""Columns and a table get the names that the code uses.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEMPLATE_SENT = sa.text("template_sent_at IS NOT NULL AND sent_at IS NULL AND gave_up_at IS NULL")


def upgrade() -> None:
    op.drop_index("uq_addresses_channel_also", "addresses")
    op.execute("ALTER TABLE addresses RENAME COLUMN also TO alternate_address")
    op.create_index(
        "uq_addresses_channel_alternate_address", "addresses", ["channel", "alternate_address"], unique=True
    )
    op.drop_index("ix_outbox_knocked", "outbox")
    op.execute("ALTER TABLE outbox RENAME COLUMN knocked_at TO template_sent_at")
    op.execute("ALTER TABLE outbox RENAME COLUMN replaces TO edits_message_id")
    op.create_index(
        "ix_outbox_template_sent", "outbox", ["address_id"], sqlite_where=TEMPLATE_SENT, postgresql_where=TEMPLATE_SENT
    )
    op.create_table(
        "sent_reminders",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sent_reminders")),
    )
    op.create_index(op.f("ix_sent_reminders_at"), "sent_reminders", ["at"])
    op.execute("INSERT INTO sent_reminders (key, at) SELECT key, at FROM told")
    op.drop_table("told")
