"""Forms that officers record for visitors.

Revision ID: 0029
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE counter_records (id {row_id}, officer_id {number} NOT NULL REFERENCES people (id), "
        f"person_id {number} NOT NULL REFERENCES people (id), draft_id {number} NOT NULL REFERENCES drafts (id), "
        f"no_email_reason VARCHAR NOT NULL, created_at {moment} NOT NULL, code VARCHAR(64), "
        f"code_expires_at {moment}, taken_over_at {moment}, CONSTRAINT uq_counter_records_draft_id UNIQUE (draft_id))"
    )
    op.create_index("ix_counter_records_person_id", "counter_records", ["person_id"])
    op.create_index("uq_counter_records_code", "counter_records", ["code"], unique=True)
