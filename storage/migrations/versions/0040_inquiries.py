"""Questions of officers to applicants that do not return the form.

Revision ID: 0040
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE inquiries (id {row_id}, application_id {number} NOT NULL REFERENCES applications (id), "
        "question VARCHAR(60) NOT NULL, text VARCHAR NOT NULL, "
        f"author_id {number} NOT NULL REFERENCES people (id), created_at {moment} NOT NULL, "
        "state VARCHAR(10) NOT NULL, answer VARCHAR NOT NULL, "
        f"answered_by_id {number} REFERENCES people (id), answered_at {moment})"
    )
    op.create_index("ix_inquiries_application_id_state", "inquiries", ["application_id", "state"])
