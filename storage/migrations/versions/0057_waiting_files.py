"""Files that were uploaded before their message, so that any front can take it.

Revision ID: 0057
"""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL" if is_sqlite else "BIGSERIAL NOT NULL"
    sealed = "BLOB" if is_sqlite else "BYTEA"
    op.execute(
        f"CREATE TABLE waiting_files (id {row_id}, channel VARCHAR(20) NOT NULL, address VARCHAR(200) NOT NULL, "
        f"message_id VARCHAR(200) NOT NULL, place {number} NOT NULL, payload {sealed} NOT NULL, "
        f"expires_at {moment} NOT NULL, CONSTRAINT pk_waiting_files PRIMARY KEY (id), "
        "CONSTRAINT uq_waiting_files_channel_address_message_id_place UNIQUE (channel, address, message_id, place))"
    )
    op.create_index("ix_waiting_files_expires_at", "waiting_files", ["expires_at"])
