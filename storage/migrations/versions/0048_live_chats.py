"""Conversations of visitors with an officer.

Revision ID: 0048
"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    sealed = "BLOB" if is_sqlite else "BYTEA"
    op.execute(
        f"CREATE TABLE live_chats (id {row_id}, person_id {number} NOT NULL REFERENCES people (id), "
        f"address_id {number} NOT NULL REFERENCES addresses (id), officer_id {number} REFERENCES people (id), "
        f"application_id {number} REFERENCES applications (id), state VARCHAR(10) NOT NULL, "
        f"created_at {moment} NOT NULL, last_at {moment} NOT NULL, ended_at {moment})"
    )
    op.execute("CREATE INDEX ix_live_chats_going_on ON live_chats (id) WHERE state <> 'ended'")
    op.create_index("ix_live_chats_person_id", "live_chats", ["person_id"])
    op.create_index("ix_live_chats_application_id", "live_chats", ["application_id"])
    op.execute(
        f"CREATE TABLE live_messages (id {row_id}, chat_id {number} NOT NULL REFERENCES live_chats (id), "
        f"officer_id {number} REFERENCES people (id), at {moment} NOT NULL, body {sealed} NOT NULL, file_id {number})"
    )
    op.create_index("ix_live_messages_chat_id", "live_messages", ["chat_id"])
    op.create_index("ix_live_messages_at", "live_messages", ["at"])
