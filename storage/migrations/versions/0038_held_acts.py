"""Acts that wait a moment, so that they can be undone.

Revision ID: 0038
"""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE held_acts (id {row_id}, application_id {number} NOT NULL REFERENCES applications (id), "
        f"act VARCHAR(30) NOT NULL, arguments JSON NOT NULL, round {number} NOT NULL, "
        f"address_id {number} NOT NULL REFERENCES addresses (id), due_at {moment} NOT NULL, "
        "CONSTRAINT uq_held_acts_application_id UNIQUE (application_id))"
    )
