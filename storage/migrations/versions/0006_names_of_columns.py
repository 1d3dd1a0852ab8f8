"""Columns get the names that the code uses.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

#: (table, column until now, column from now on)
RENAMED = (
    ("addresses", "heard_at", "last_incoming_at"),
    ("addresses", "paced_until", "rate_used_until"),
    ("complaints", "answered_by", "answered_by_id"),
    ("dialogues", "asked_message", "asked_message_id"),
    ("dialogues", "first_asked", "first_asked_message_id"),
    ("drafts", "said", "source_messages"),
    ("email_codes", "tries", "attempts"),
    ("people", "merged_into", "merged_into_id"),
)
FOREIGN_KEYS = (("complaints", "answered_by", "answered_by_id"), ("people", "merged_into", "merged_into_id"))


def upgrade() -> None:
    for table, old, new in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    if op.get_bind().dialect.name == "postgresql":  # in SQLite such a name is only a label
        for table, old, new in FOREIGN_KEYS:
            op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT fk_{table}_{old} TO fk_{table}_{new}")
