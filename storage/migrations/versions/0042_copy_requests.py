"""People ask whether they may copy the answers of a colleague's application.

Revision ID: 0042
"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE copy_requests (id {row_id}, person_id {number} NOT NULL REFERENCES people (id), "
        f"number VARCHAR(60) NOT NULL, application_id {number} REFERENCES applications (id), "
        f"state VARCHAR(10) NOT NULL, asked_at {moment} NOT NULL, answered_at {moment}, "
        "CONSTRAINT uq_copy_requests_person_id_number UNIQUE (person_id, number))"
    )
    op.create_index("ix_copy_requests_application_id", "copy_requests", ["application_id"])
    op.create_index("ix_copy_requests_asked_at", "copy_requests", ["asked_at"])
